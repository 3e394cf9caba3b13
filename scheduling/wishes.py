"""When somebody on the waiting list could come, and until when an offer may be answered. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

TIME_TO_ANSWER: Final = timedelta(hours=4)
"""So long a freed time is offered to the same people, from when their letter may go."""
LEAST_TIME_TO_ANSWER: Final = timedelta(minutes=30)
"""With less than this nobody is written to: the desk rings, or the time stays free."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Between two days, on these weekdays (0 is Monday; none named is any), between two times on the clock."""

    first_on: date
    until_on: date
    weekdays: Collection[int] = ()
    opens: time | None = None
    closes: time | None = None

    def suits(self, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
        """Say whether a visit lies wholly within the wish, on the clock of its place."""
        start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
        if not self.suits_day(start.date()):
            return False
        if self.opens and start.time().replace(tzinfo=None) < self.opens:
            return False
        return not (self.closes and (end.date() > start.date() or end.time().replace(tzinfo=None) > self.closes))

    def suits_day(self, day: date) -> bool:
        """Say whether the day alone suits."""
        return self.first_on <= day <= self.until_on and (not self.weekdays or day.weekday() in self.weekdays)


def answer_by(*, starts_at: datetime, notice: timedelta, now: datetime, wakes_at: datetime) -> datetime | None:
    """Return until when an offer made now may be answered, or None where too little time is left.

    `wakes_at` is when its letter may go. Nobody answers later than the notice before the visit.
    """
    until = min(max(now, wakes_at) + TIME_TO_ANSWER, starts_at - notice)
    return until if until - max(now, wakes_at) >= LEAST_TIME_TO_ANSWER else None
