"""The patient's own time again: the same weekday, the same time on the clock, on the day to be back. Pure.

Days and clock times are local: across a change of clocks the visit keeps the hour the patient knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEAR_MINUTES = 120
"""A time so near on the right day is better than the same time a week later."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Habit:
    """When a patient comes: a weekday (0 is Monday) and a time on the clock, in a zone."""

    weekday: int
    clock: time
    zone: ZoneInfo

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> "Habit":
        """Read it from a visit."""
        local = instant.astimezone(zone)
        return cls(local.weekday(), local.time().replace(second=0, microsecond=0, tzinfo=None), zone)

    def on_or_after(self, day: date) -> date:
        """Return the first such weekday from a day on."""
        return day + timedelta(days=(self.weekday - day.weekday()) % WEEK)

    def minutes_off(self, instant: datetime) -> int:
        """Return by how many minutes on the clock a time differs."""
        local = instant.astimezone(self.zone)
        return abs((local.hour - self.clock.hour) * 60 + local.minute - self.clock.minute)


def first_day(habit: Habit, *, earliest_on: date, back_on: date) -> date:
    """Return the last such weekday by the day to be back; the first from the earliest permitted day where it is sooner.

    So relief does not run out before the visit, and no visit comes before it may.
    """
    before = back_on - timedelta(days=(back_on.weekday() - habit.weekday) % WEEK)
    return before if before >= earliest_on else habit.on_or_after(earliest_on)


def nearest(free: Iterable[datetime], habit: Habit, *, from_day: date) -> datetime | None:
    """Return the free start most like the habit: that weekday, from a day on, the first whose time is near enough.

    Where no week has one near enough, the first such weekday with any free time, at the time nearest.
    """
    best: dict[date, datetime] = {}
    for instant in free:
        day = instant.astimezone(habit.zone).date()
        if day < from_day or day.weekday() != habit.weekday:
            continue
        if day not in best or _key(instant, habit) < _key(best[day], habit):
            best[day] = instant
    days = [best[day] for day in sorted(best)]
    return next((one for one in days if habit.minutes_off(one) <= NEAR_MINUTES), days[0] if days else None)


def _key(instant: datetime, habit: Habit) -> tuple[int, datetime]:
    return habit.minutes_off(instant), instant
