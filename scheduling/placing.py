"""Where a visit goes when it is put somewhere by hand: in which room; and what is free next where it cannot be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.lib.days import day_of
from clinic.locations.models import Room
from clinic.staff.models import User
from scheduling import availability
from scheduling.availability import FreeTime
from scheduling.availability.supply import rooms_of
from scheduling.availability.taken import held_between
from scheduling.booking import Slot
from scheduling.models import Appointment
from scheduling.slots import Taken
from scheduling.status import NOT_OVER

LENGTHS_OFFERED = 16
"""Four hours by quarter hours: nobody is asked to choose from more."""


@dataclass(frozen=True, slots=True)
class End:
    """An end that a visit may have: when, and how many minutes that makes."""

    at: datetime
    minutes: int
    is_now: bool


def slot_at(
    *, visit: Appointment, clinician: User, starts_at: datetime, now: datetime, room: Room | None = None
) -> Slot:
    """Return the slot of a visit put at a time with a clinician, as long as it is.

    In the room named; else in its own, if the clinician gives it there and nobody holds it; else in the first such
    room. Where there is none it keeps its own, and the deed says why not.
    """
    length = timedelta(minutes=visit.minutes + visit.type.after_buffer_minutes)
    chosen = room or _room(visit, clinician=clinician, starts_at=starts_at, until=starts_at + length, now=now)
    return Slot(
        clinician=clinician,
        location=visit.location,
        room=chosen,
        type=visit.type,
        starts_at=starts_at,
        minutes=visit.minutes,
    )


def _room(visit: Appointment, *, clinician: User, starts_at: datetime, until: datetime, now: datetime) -> Room | None:
    own = visit.room
    allowed = [room for room in rooms_of([clinician], kind=visit.type, location=visit.location)[clinician.pk] if room]
    if own is None or not allowed:
        return own
    held = held_between(starts_at, until, location=visit.location, people=[clinician.pk], now=now, moving=visit)
    ordered = sorted(allowed, key=lambda room: room.pk != own.pk)  # stable: its own first, then by name
    return next((room for room in ordered if Taken(held.rooms[room.pk]).leaves(starts_at, until)), own)


def next_free(*, visit: Appointment, clinician: User, after: datetime, now: datetime) -> FreeTime | None:
    """Return the next free time of a clinician that day for a visit that cannot be where it was put.

    Its own time is free for it, and no answer: it stands there already.
    """
    day = day_of(after, visit.location.zone)
    found = availability.free_times(
        location=visit.location,
        kind=visit.type,
        clinicians=[clinician],
        first=day,
        last=day,
        now=max(now, after),
        limit=2,
        moving=visit,
        patient_public_id=visit.patient.public_id,
    )
    own = (visit.starts_at, visit.clinician)
    return next((free for free in found if (free.starts_at, free.clinician) != own), None)


def in_the_way(slot: Slot, *, visit: Appointment) -> Appointment | None:
    """Return the visit that holds the time of a clinician where another was put, at the same location."""
    held = Appointment.objects.holding_their_time().touching(slot.starts_at, slot.occupied_until)
    held = held.filter(clinician=slot.clinician, location=slot.location, is_overbooked=False)
    found: Appointment | None = held.exclude(pk=visit.pk).select_related("patient").order_by("starts_at").first()
    return found


def ends_of(visit: Appointment) -> list[End]:
    """Return the ends one may choose: quarter hours from the start on, and the one it has; none once it is over."""
    if visit.state not in NOT_OVER:
        return []
    lengths = {availability.GRID_MINUTES * number for number in range(1, LENGTHS_OFFERED + 1)} | {visit.minutes}
    return [
        End(visit.starts_at + timedelta(minutes=length), length, is_now=length == visit.minutes)
        for length in sorted(lengths)
    ]
