"""Local days: the location's zone decides which day an instant belongs to. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_ASKED, LAST_ASKED = date(1900, 1, 1), date(2199, 12, 31)
"""Outside these a page is not asked for a day in earnest, and days before and after it may not exist."""


def read_day(text: str) -> date:
    """Read a day of an address. Raises ValueError for what is none, or none a calendar is asked for."""
    day = date.fromisoformat(text)
    if not FIRST_ASKED <= day <= LAST_ASKED:
        raise ValueError(text)
    return day


def read_instant(text: str) -> datetime:
    """Read an instant of a page of ours, in UTC: Postgres refuses offsets that Python takes, +23:59 among them.

    Raises ValueError where it names no zone, or no day of a calendar.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    read_day(instant.date().isoformat())
    return instant.astimezone(UTC)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an aware instant in a zone."""
    return instant.astimezone(zone).date()


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall-clock time on a local day (the first one where clocks go back)."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the UTC instants [start, end) of a local day; 23 or 25 hours apart where clocks change."""
    return at_local(day, time.min, zone), at_local(day + timedelta(days=1), time.min, zone)
