"""How soon and how far ahead a patient books a type of visit; the desk is not bound by it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.lib.days import day_of
from scheduling.models import AppointmentType


@dataclass(frozen=True, slots=True)
class Reach:
    """From an instant, until a local day and with it."""

    not_before: datetime
    last_on: date

    def holds(self, starts_at: datetime, zone: ZoneInfo) -> bool:
        """Say whether a visit may start then."""
        return self.not_before <= starts_at and day_of(starts_at, zone) <= self.last_on


def reach_of(kind: AppointmentType, *, zone: ZoneInfo, now: datetime) -> Reach:
    """Return what a patient reaches now: its type's notice and horizon, the last day whole."""
    return Reach(now + timedelta(minutes=kind.notice_minutes), day_of(now, zone) + timedelta(days=kind.horizon_days))
