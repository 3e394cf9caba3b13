"""A place's days and clock: which days it is open, and when letters may go there."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass
class Place:
    """A place as the log describes it."""

    zone: ZoneInfo
    mail_from: time
    mail_until: time
    closed_weekdays: frozenset[int]
    closures: set[date] = field(default_factory=set)

    def day(self, at: datetime) -> date:
        """The local day of a moment."""
        return at.astimezone(self.zone).date()

    def is_open(self, day: date) -> bool:
        """Whether anybody is there."""
        return day.weekday() not in self.closed_weekdays and day not in self.closures

    def open_from(self, day: date) -> date:
        """This day, or the next on which the place is open."""
        while not self.is_open(day):
            day += timedelta(days=1)
        return day

    def morning(self, day: date) -> datetime:
        """When letters of a day may go."""
        return datetime.combine(day, self.mail_from, self.zone).astimezone(UTC)

    def is_awake(self, at: datetime) -> bool:
        """Whether letters may go at this moment, by the clock alone."""
        return self.mail_from <= at.astimezone(self.zone).time() < self.mail_until
