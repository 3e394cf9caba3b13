"""Which start within a freed time somebody on the list could have: free for them, permitted, and sooner than theirs."""

from datetime import datetime, timedelta

from clinic.lib.days import day_of
from scheduling import availability, booking
from scheduling.availability import FreeTime
from scheduling.models import Appointment, AppointmentKind, FreedTime, WaitingEntry


def starts_for(entry: WaitingEntry, freed: FreedTime, *, now: datetime) -> list[FreeTime]:
    """Return the starts within a freed time that suit an entry and are free now, the first one first.

    Never before the earliest permitted day, and only sooner than the visit of that type the patient has.
    """
    zone = entry.location.zone
    day = day_of(freed.starts_at, zone)
    if not entry.wish.suits_day(day) or _is_too_early(entry, freed):
        return []
    theirs = visit_they_have(entry, now=now)
    if theirs is not None and theirs.starts_at <= freed.starts_at:
        return []
    length = timedelta(minutes=entry.type.minutes)
    return [
        free
        for free in availability.for_patients(
            location=entry.location,
            kind=entry.type,
            clinicians=[freed.clinician],
            first=day,
            last=day,
            now=now,
            moving=theirs,
            patient_public_id=entry.patient.public_id,
        )
        if freed.starts_at <= free.starts_at < freed.ends_at
        and entry.wish.suits(free.starts_at, free.starts_at + length, zone)
        and (theirs is None or free.starts_at < theirs.starts_at)
    ]


def visit_they_have(entry: WaitingEntry, *, now: datetime) -> Appointment | None:
    """Return the visit of that type the patient has to come: a time that came free takes its place."""
    found: Appointment | None = (
        Appointment.objects.upcoming(now)
        .filter(patient=entry.patient_id, type=entry.type_id)
        .select_related("patient", "clinician", "location", "room", "type", "follow_up")
        .order_by("starts_at")
        .first()
    )
    return found


def _is_too_early(entry: WaitingEntry, freed: FreedTime) -> bool:
    """Whether an injection would come before it may: no start of that day is permitted then."""
    if entry.type.kind != AppointmentKind.INJECTION:
        return False
    earliest = booking.earliest_injection(entry.patient)
    return earliest is not None and day_of(freed.starts_at, entry.location.zone) < earliest
