"""Which types of visit fit at a time that somebody pressed on the calendar, and why others do not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinic.lib.days import day_of
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from patients.models import Patient
from scheduling import availability, booking
from scheduling.availability.supply import rooms_by_type
from scheduling.availability.taken import Held, held_between
from scheduling.booking import Slot
from scheduling.models import AppointmentKind, AppointmentType
from scheduling.slots import LONGEST, Span, Taken


class Misfit(StrEnum):
    """Why a type of visit cannot begin then."""

    NOT_GIVEN = "not_given"
    TOO_SHORT = "too_short"
    """Somebody does not work so long, or has another visit before it would be over."""
    NO_ROOM = "no_room"
    PATIENT_BUSY = "patient_busy"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True)
class Fit:
    """A type of visit at that time: the slot it would take, or why there is none; `earliest` where it is too soon."""

    type: AppointmentType
    slot: Slot | None
    misfit: Misfit | None = None
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class _At:
    """What holds at the time that was pressed."""

    location: Location
    starts_at: datetime
    people: list[User]
    room: Room | None
    working: dict[int, list[Span]]
    held: Held

    def until(self, minutes: int) -> datetime:
        return self.starts_at + timedelta(minutes=minutes)


def fits(
    *,
    types: list[AppointmentType],
    location: Location,
    starts_at: datetime,
    patient: Patient,
    now: datetime,
    clinician: User | None = None,
    room: Room | None = None,
) -> list[Fit]:
    """Return each type with the slot it would take then: of this clinician or the first by name, in this room or any.

    A few queries, however many types there are.
    """
    people = [clinician] if clinician else availability.clinicians_at(location)
    day = day_of(starts_at, location.zone)
    held = held_between(
        starts_at,
        starts_at + LONGEST,
        location=location,
        people=[who.pk for who in people],
        now=now,
        patient_public_id=patient.public_id,
    )
    working = availability.working_spans(people, location=location, first=day, last=day)
    at = _At(location, starts_at, people, room, working, held)
    earliest = booking.earliest_injection(patient)
    rooms = rooms_by_type(people, kinds=types, location=location)
    return [_fit(kind, at, rooms=rooms[kind.pk], earliest=earliest) for kind in types]


def _fit(kind: AppointmentType, at: _At, *, rooms: dict[int, list[Room | None]], earliest: date | None) -> Fit:
    if kind.kind == AppointmentKind.INJECTION and earliest and day_of(at.starts_at, at.location.zone) < earliest:
        return Fit(kind, None, Misfit.TOO_SOON, earliest)
    if not Taken(at.held.patient).leaves(at.starts_at, at.until(kind.minutes)):
        return Fit(kind, None, Misfit.PATIENT_BUSY)
    whole = Span(at.starts_at, at.until(kind.minutes + kind.after_buffer_minutes))
    why = Misfit.NOT_GIVEN
    for who in at.people:
        allowed = [room for room in rooms[who.pk] if at.room is None or room == at.room]
        if not allowed:
            continue
        is_in = any(work.holds(whole) for work in at.working[who.pk])
        if not is_in or not Taken(at.held.clinicians[who.pk]).leaves(whole.start, whole.end):
            why = Misfit.TOO_SHORT
            continue
        for room in allowed:
            if room is None or Taken(at.held.rooms[room.pk]).leaves(whole.start, whole.end):
                slot = Slot(clinician=who, location=at.location, room=room, type=kind, starts_at=at.starts_at)
                return Fit(kind, slot)
        why = Misfit.NO_ROOM
    return Fit(kind, None, why)
