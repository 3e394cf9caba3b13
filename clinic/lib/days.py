"""Local days: the location's zone decides which day an instant belongs to. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an aware instant in a zone."""
    return instant.astimezone(zone).date()


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall-clock time on a local day (the first one where clocks go back)."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the UTC instants [start, end) of a local day; 23 or 25 hours apart where clocks change."""
    return at_local(day, time.min, zone), at_local(day + timedelta(days=1), time.min, zone)
