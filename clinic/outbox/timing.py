"""When a letter goes, or goes again. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=2)
#: A wait is stretched by up to a quarter, so that what failed together does not come back together.
JITTER: Final = 0.25

#: How long a worker may hold a letter: longer than the longest conversation (smtp.LONGEST_CONVERSATION).
LEASE: Final = timedelta(seconds=90)


def next_waking(now: datetime, opens: time | None, closes: time | None, zone: ZoneInfo) -> datetime:
    """Return `now` inside the waking hours [opens, closes) of a zone, else the UTC instant they next begin.

    Without hours any moment will do. Hours that end before they begin run through midnight; equal ones last all day.
    """
    if opens is None or closes is None or opens == closes:
        return now
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    awake = opens <= clock < closes if opens < closes else clock >= opens or clock < closes
    if awake:
        return now
    day = local.date() if clock < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, zone).astimezone(UTC)


def wait_after(attempt: int, spread: Callable[[], float]) -> timedelta:
    """Return the wait after the n-th attempt (from 1): doubling, capped, and stretched by `spread()` in [0, 1)."""
    doublings: int = min(max(attempt, 1) - 1, 16)
    doubled: timedelta = FIRST_WAIT * 2**doublings
    return min(doubled, LONGEST_WAIT) * (1 + JITTER * spread())
