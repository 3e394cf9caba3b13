"""What is free: the rows of the calendar handed to the pure arithmetic of `slots`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from clinic.lib.days import day_bounds, day_of
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling import slots
from scheduling.availability.reach import reach_of
from scheduling.availability.supply import rooms_of, working_spans
from scheduling.availability.taken import Held, held_between
from scheduling.models import Appointment, AppointmentType
from scheduling.same_time import Habit, nearest
from scheduling.slots import Span, Taken

if TYPE_CHECKING:
    from uuid import UUID

GRID_MINUTES = 15
"""The calendar's grid (design/README.md)."""
SEARCHED = (timedelta(days=6), timedelta(days=27), timedelta(days=181))
"""How far `first_free` looks: a week, four weeks, half a year; nearly every answer is in the first."""
WEEKS_ROUND = 4
"""So many weeks a time like the last is looked for."""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that can be booked: when, with whom, in which room."""

    starts_at: datetime
    clinician: User
    room: Room | None


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
    not_before: datetime | None = None,
) -> list[FreeTime]:
    """Return when a visit of a type can start between two local days, by time then clinician, each with a free room.

    `moving` is left out of what is taken, so that a visit never clashes with itself, and keeps its minutes; the
    patient's own other visits count as taken. Five queries whatever the number of clinicians, rooms and days, with a
    patient six. For the desk: what patients book themselves is `for_patients`.
    """
    people = sorted(clinicians, key=lambda person: person.full_name)
    rooms = rooms_of(people, kind=kind, location=location)
    people = [person for person in people if rooms[person.pk]]
    working = working_spans(people, location=location, first=first, last=last)
    held = held_between(
        day_bounds(first, location.zone)[0],
        day_bounds(last, location.zone)[1],
        location=location,
        people=[person.pk for person in people],
        now=now,
        moving=moving,
        patient_public_id=patient_public_id,
    )
    found = _found(
        people,
        minutes=moving.minutes if moving and moving.type_id == kind.pk else kind.minutes,
        buffer_minutes=kind.after_buffer_minutes,
        working=working,
        rooms=rooms,
        held=held,
        not_before=not_before or now,
    )
    return list(islice(found, limit))


def for_patients(  # noqa: PLR0913 - as above
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
    """Return what a patient may book: the free times within the type's notice and horizon (`reach_of`)."""
    reach = reach_of(kind, zone=location.zone, now=now)
    return free_times(
        location=location,
        kind=kind,
        clinicians=clinicians,
        first=max(first, day_of(reach.not_before, location.zone)),
        last=min(last, reach.last_on),
        now=now,
        not_before=reach.not_before,
        limit=limit,
        moving=moving,
        patient_public_id=patient_public_id,
    )


def first_free(
    *,
    location: Location,
    kind: AppointmentType,
    clinicians: Iterable[User],
    first: date,
    now: datetime,
    moving: Appointment | None = None,
    patient_public_id: "UUID | None" = None,
) -> FreeTime | None:
    """Return the first free time from a day on with any of the clinicians, or None in half a year."""
    people, begins = list(clinicians), first
    for searched in SEARCHED:
        found = free_times(
            location=location,
            kind=kind,
            clinicians=people,
            first=begins,
            last=first + searched,
            now=now,
            limit=1,
            moving=moving,
            patient_public_id=patient_public_id,
        )
        if found:
            return found[0]
        begins = first + searched + timedelta(days=1)
    return None


def as_then(
    *,
    then: datetime,
    weeks: int,
    location: Location,
    kind: AppointmentType,
    clinicians: Iterable[User],
    not_before: date,
    now: datetime,
    patient_public_id: "UUID | None" = None,
) -> FreeTime | None:
    """Return the time most like an earlier one so many weeks on: that weekday, that time on the clock, or near it.

    From a day not before the one permitted; in the weeks after where that one has nothing near.
    """
    habit = Habit.of(then, location.zone)
    return most_like(
        habit,
        from_day=habit.on_or_after(max(day_of(then, location.zone) + timedelta(weeks=weeks), not_before)),
        weeks=WEEKS_ROUND,
        location=location,
        kind=kind,
        clinicians=clinicians,
        now=now,
        patient_public_id=patient_public_id,
    )


def most_like(
    habit: Habit,
    *,
    from_day: date,
    weeks: int,
    location: Location,
    kind: AppointmentType,
    clinicians: Iterable[User],
    now: datetime,
    patient_public_id: "UUID | None" = None,
) -> FreeTime | None:
    """Return the free time nearest to a patient's habit (`same_time.nearest`), looked for in the weeks from a day."""
    free = free_times(
        location=location,
        kind=kind,
        clinicians=clinicians,
        first=from_day,
        last=from_day + timedelta(weeks=weeks),
        now=now,
        patient_public_id=patient_public_id,
    )
    chosen = nearest((one.starts_at for one in free), habit, from_day=from_day)
    return next((one for one in free if one.starts_at == chosen), None)


def _found(
    people: list[User],
    *,
    minutes: int,
    buffer_minutes: int,
    working: dict[int, list[Span]],
    rooms: dict[int, list[Room | None]],
    held: Held,
    not_before: datetime,
) -> Iterator[FreeTime]:
    """Yield the free times in order; a room is looked for only where a time is asked for."""
    visit, whole = timedelta(minutes=minutes), timedelta(minutes=minutes + buffer_minutes)
    starts = sorted(
        (moment, number)
        for number, person in enumerate(people)
        for moment in slots.starts(
            slots.without(working[person.pk], held.clinicians[person.pk]),
            minutes=minutes,
            buffer_minutes=buffer_minutes,
            grid_minutes=GRID_MINUTES,
            not_before=not_before,
        )
    )
    busy = {pk: Taken(spans) for pk, spans in held.rooms.items()}
    places = [[(room, busy.get(room.pk) if room else None) for room in rooms[person.pk]] for person in people]
    patient = Taken(held.patient) if held.patient else None
    for moment, number in starts:
        if patient and not patient.leaves(moment, moment + visit):
            continue
        until = moment + whole
        for room, taken in places[number]:
            if taken is None or taken.leaves(moment, until):
                yield FreeTime(moment, people[number], room)
                break
