"""When a letter goes, or goes again. Pure."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=2)
#: A wait is stretched by up to a quarter, so that what failed together does not come back together.
JITTER: Final = 0.25

DAYS_IN_WEEK: Final = 7

#: When a letter without waking hours of its own goes on another day than today.
MORNING: Final = time(9)
EVENING: Final = time(20)

#: How long a worker may hold a letter: longer than the longest conversation (smtp.LONGEST_CONVERSATION).
LEASE: Final = timedelta(seconds=90)


def next_waking(
    now: datetime,
    opens: time | None,
    closes: time | None,
    zone: ZoneInfo,
    *,
    closed_weekdays: Collection[int] = (),
    closures: Collection[date] = (),
) -> datetime:
    """Return `now` inside the waking hours [opens, closes) of an open day in a zone, else the instant they next begin.

    Without hours any moment will do. Hours that end before they begin run through midnight; equal ones last all day.
    A place closed on all weekdays has no open day: then none is waited for.
    """
    if opens is None or closes is None:
        return now
    local = now.astimezone(zone)
    clock, day = local.time().replace(tzinfo=None), local.date()
    awake = opens <= clock < closes if opens < closes else opens == closes or clock >= opens or clock < closes
    shut = set(closed_weekdays) if len(set(closed_weekdays)) < DAYS_IN_WEEK else set()
    if awake and not (day.weekday() in shut or day in closures):
        return now
    if awake or clock >= opens:
        day += timedelta(days=1)
    while day.weekday() in shut or day in closures:
        day += timedelta(days=1)
    return datetime.combine(day, opens, zone).astimezone(UTC)


def wait_after(attempt: int, spread: Callable[[], float]) -> timedelta:
    """Return the wait after the n-th attempt (from 1): doubling, capped, and stretched by `spread()` in [0, 1)."""
    doublings: int = min(max(attempt, 1) - 1, 16)
    doubled: timedelta = FIRST_WAIT * 2**doublings
    return min(doubled, LONGEST_WAIT) * (1 + JITTER * spread())
