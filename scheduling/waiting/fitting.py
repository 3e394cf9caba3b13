"""Which start within a freed time somebody on the list could have: free for them, permitted, and sooner than theirs."""

from datetime import datetime, timedelta
from typing import Any

from clinic.lib.days import day_of
from clinic.outbox.timing import next_waking
from scheduling import availability, booking, wishes
from scheduling.availability import FreeTime
from scheduling.models import Appointment, FreedTime, WaitingEntry


def could_have(entry: WaitingEntry, freed: FreedTime, *, now: datetime) -> bool:
    """Say whether a freed time is of the place, the clinician and the days an entry names, and leaves time to answer.

    No question to the database.
    """
    return (
        entry.location_id == freed.location_id
        and entry.clinician_id in {None, freed.clinician_id}
        and entry.wish.suits_day(day_of(freed.starts_at, entry.location.zone))
        and answer_by(entry, freed.ends_at, now=now) is not None
    )


def answer_by(entry: WaitingEntry, starts_at: datetime, *, now: datetime) -> datetime | None:
    """Return until when an offer of a start may be answered; None where too little time is left."""
    location = entry.location
    return wishes.answer_by(
        starts_at=starts_at,
        notice=timedelta(minutes=entry.type.notice_minutes),
        now=now,
        wakes_at=next_waking(now, location.mail_from, location.mail_until, location.zone),
    )


def is_free_for_anyone(entry: WaitingEntry, freed: FreedTime, *, now: datetime) -> bool:
    """Say whether a visit of an entry's type could start within a freed time, whoever came to it."""
    return bool(_starts(entry, freed, now=now))


def starts_for(entry: WaitingEntry, freed: FreedTime, *, now: datetime) -> list[FreeTime]:
    """Return the starts within a freed time that suit an entry and are free now, the first one first.

    Never before the earliest permitted day, and only on a day before that of the visit of that type the patient has.
    """
    zone = entry.location.zone
    if not entry.wish.suits_day(day_of(freed.starts_at, zone)) or _is_too_early(entry, freed):
        return []
    theirs = visit_they_have(entry, now=now)
    if theirs is not None and day_of(theirs.starts_at, zone) <= day_of(freed.starts_at, zone):
        return []
    length = timedelta(minutes=entry.type.minutes)
    return [
        free
        for free in _starts(entry, freed, now=now, moving=theirs, patient_public_id=entry.patient.public_id)
        if entry.wish.suits(free.starts_at, free.starts_at + length, zone)
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
    earliest = booking.earliest_of(entry.type, entry.patient)
    return earliest is not None and day_of(freed.starts_at, entry.location.zone) < earliest


def _starts(entry: WaitingEntry, freed: FreedTime, *, now: datetime, **whose: Any) -> list[FreeTime]:
    """Return the starts within a freed time of a visit of the entry's type, as patients may book it."""
    day = day_of(freed.starts_at, entry.location.zone)
    found = availability.for_patients(
        location=entry.location, kind=entry.type, clinicians=[freed.clinician], first=day, last=day, now=now, **whose
    )
    return [free for free in found if freed.starts_at <= free.starts_at < freed.ends_at]
