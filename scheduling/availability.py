"""Free times of clinicians and rooms: the rows of the calendar handed to the pure arithmetic of `slots`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from clinic.lib.days import day_bounds
from clinic.locations.models import Location, Room
from clinic.staff.models import Role, User
from scheduling import slots
from scheduling.models import Appointment, AppointmentType, ProviderHours
from scheduling.slots import Span, WeeklyHours

if TYPE_CHECKING:
    from uuid import UUID

GRID_MINUTES = 15
"""The calendar's grid (design/README.md)."""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that can be booked: when, with whom, in which room."""

    starts_at: datetime
    clinician: User
    room: Room | None


def clinicians_at(location: Location) -> list[User]:
    """Return who treats patients at a location, by name."""
    return list(
        User.objects.filter(role=Role.CLINICIAN, is_active=True, locations=location).order_by("full_name").distinct()
    )


def working_spans(clinicians: Iterable[User], *, location: Location, first: date, last: date) -> dict[int, list[Span]]:
    """Return when each clinician (by pk) works at a location between two days. Two queries."""
    people = [person.pk for person in clinicians]
    hours: dict[int, list[WeeklyHours]] = defaultdict(list)
    for row in ProviderHours.objects.filter(clinician__in=people, location=location):
        hours[row.clinician_id].append(WeeklyHours(row.weekday, row.starts, row.ends, row.valid_from, row.valid_until))
    closed = list(location.closures.filter(on__range=(first, last)).values_list("on", flat=True))
    return {
        pk: slots.working_spans(hours[pk], first=first, last=last, zone=location.zone, closed=closed) for pk in people
    }


def free_times(  # noqa: PLR0913 - the question a desk asks has these parts
    *,
    location: Location,
    kind: AppointmentType,
    clinicians: Iterable[User],
    first: date,
    last: date,
    now: datetime,
    limit: int | None = None,
    moving: Appointment | None = None,
    patient_public_id: "UUID | None" = None,
) -> list[FreeTime]:
    """Return when a visit of a type can start between two local days, by time then clinician, each with a free room.

    `moving` is left out of what is taken, so that a visit never clashes with itself; the patient's own other visits
    count as taken. Five queries whatever the number of clinicians, rooms and days.
    """
    people = list(clinicians)
    start, end = day_bounds(first, location.zone)[0], day_bounds(last, location.zone)[1]
    working = working_spans(people, location=location, first=first, last=last)
    rooms = list(Room.objects.filter(location=location, is_active=True))
    busy_people: dict[int, list[Span]] = defaultdict(list)
    busy_rooms: dict[int, list[Span]] = defaultdict(list)
    patient_busy: list[Span] = []
    held = Appointment.objects.holding_their_time().filter(starts_at__lt=end, occupied_until__gt=start)
    if moving is not None:
        held = held.exclude(pk=moving.pk)
    columns = ("clinician_id", "room_id", "patient__public_id", "starts_at", "ends_at", "occupied_until")
    asked = Q(location=location) | Q(clinician__in=[person.pk for person in people])
    if patient_public_id:
        asked |= Q(patient__public_id=patient_public_id)
    for clinician_id, room_id, patient_id, starts_at, ends_at, occupied_until in held.filter(asked).values_list(
        *columns
    ):
        span = Span(starts_at, occupied_until)
        busy_people[clinician_id].append(span)
        if room_id:
            busy_rooms[room_id].append(span)
        if patient_public_id and patient_id == patient_public_id:
            patient_busy.append(Span(starts_at, ends_at))
    found = [
        FreeTime(moment, person, room)
        for person in people
        for moment in slots.starts(
            slots.without(working[person.pk], busy_people[person.pk] + patient_busy),
            minutes=kind.minutes,
            buffer_minutes=kind.after_buffer_minutes,
            grid_minutes=GRID_MINUTES,
            not_before=now,
        )
        if (room := free_room(rooms, busy_rooms, moment, kind)) is not None or not rooms
    ]
    found.sort(key=lambda free: (free.starts_at, free.clinician.full_name))
    return found[:limit] if limit is not None else found


def free_room(
    rooms: list[Room], busy: dict[int, list[Span]], starts_at: datetime, kind: AppointmentType
) -> Room | None:
    """Return the first room nobody holds for the whole of a visit and its buffer."""
    need = occupied(starts_at, kind)
    return next((room for room in rooms if not any(need.overlaps(span) for span in busy[room.pk])), None)


def occupied(starts_at: datetime, kind: AppointmentType) -> Span:
    """Return the span that clinician and room are taken for: the visit and its after-buffer."""
    return Span(starts_at, starts_at + timedelta(minutes=kind.minutes + kind.after_buffer_minutes))


def is_within_hours(*, clinician: User, location: Location, span: Span) -> bool:
    """Say whether a clinician works at a location for the whole of a span."""
    day = span.start.astimezone(location.zone).date()
    spans = working_spans([clinician], location=location, first=day, last=day)[clinician.pk]
    return any(work.holds(span) for work in spans)
