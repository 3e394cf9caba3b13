"""The next free times for a visit that cannot stay where it is: a few, near its old hour, on different days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.lib.days import at_local, day_of
from scheduling import availability, booking
from scheduling.availability import FreeTime
from scheduling.models import Appointment

DAYS_SEARCHED = 28
OFFERED = 4


@dataclass(frozen=True, slots=True)
class Offered:
    """Times with the clinician of the visit, and with others."""

    same: list[FreeTime]
    others: list[FreeTime]


def next_times(visit: Appointment, *, now: datetime) -> Offered:
    """Return the next free times of a visit: from its own day, or today, never before the earliest permitted day."""
    zone = visit.location.zone
    first = max(day_of(visit.starts_at, zone), day_of(now, zone))
    first = max(first, booking.earliest_of(visit.type, visit.patient) or first)
    found = availability.free_times(
        location=visit.location,
        kind=visit.type,
        clinicians=availability.clinicians_at(visit.location),
        first=first,
        last=first + timedelta(days=DAYS_SEARCHED),
        now=now,
        moving=visit,
        patient_public_id=visit.patient.public_id,
    )
    same = [free for free in found if free.clinician.pk == visit.clinician_id]
    others = [free for free in found if free.clinician.pk != visit.clinician_id]
    return Offered(*(near(times, visit.starts_at, zone)[:OFFERED] for times in (same, others)))


def near(times: Iterable[FreeTime], wanted: datetime, zone: ZoneInfo) -> list[FreeTime]:
    """Return one time a day: the one nearest to the wanted hour, the earlier of two as near."""
    clock = wanted.astimezone(zone).time()
    best: dict[object, FreeTime] = {}
    for free in times:
        day = day_of(free.starts_at, zone)
        ideal = at_local(day, clock, zone)
        if day not in best or abs(free.starts_at - ideal) < abs(best[day].starts_at - ideal):
            best[day] = free
    return sorted(best.values(), key=lambda free: free.starts_at)
