"""When clinicians work and what they give in which rooms, before anything is booked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import DateField, F, IntegerField, Q, QuerySet, TimeField, Value
from django.db.models.functions import Cast

from clinic.locations.models import Location, Room
from clinic.staff.models import Role, User
from scheduling import slots
from scheduling.models import Absence, AppointmentType, ExtraHours, ProviderHours, ProviderType
from scheduling.slots import Away, Span, WeeklyHours

NO_NAME = Value("")
NO_NUMBER, NO_DAY, NO_TIME = (Cast(Value(None), kind()) for kind in (IntegerField, DateField, TimeField))


def clinicians_at(location: Location) -> list[User]:
    """Return who treats patients at a location, by name."""
    return list(treating_at(location))


def treating_at(location: Location) -> "QuerySet[User]":
    """Return who treats patients at a location, by name, not asked yet."""
    return User.objects.filter(role=Role.CLINICIAN, is_active=True, locations=location).order_by("full_name").distinct()


def clinicians_giving(kind: AppointmentType, *, location: Location) -> list[User]:
    """Return who gives a type of visit at a location, by name. Three queries."""
    people = clinicians_at(location)
    rooms = rooms_of(people, kind=kind, location=location)
    return [person for person in people if rooms[person.pk]]


def rooms_of(people: Iterable[User], *, kind: AppointmentType, location: Location) -> dict[int, list[Room | None]]:
    """Return for each clinician (by pk) the rooms of a location where they give a type, by name; none, not given.

    A location without rooms gives its visits in none: its list is `[None]`. Rooms are named for the whole clinic: where
    only another location's are, the type is not given here. Two queries.
    """
    here: list[Room] = list(Room.objects.filter(location=location, is_active=True).order_by("name", "id"))
    named = named_rooms_of([person.pk for person in people], kind=kind)
    return {
        pk: [] if rooms is None else [room for room in here if room.pk in rooms] if rooms else [*here] or [None]
        for pk, rooms in named.items()
    }


def named_rooms_of(people: list[int], *, kind: AppointmentType) -> dict[int, set[int] | None]:
    """Return for each clinician the rooms named for a type, by pk: none named, in any; None, they do not give it.

    Who has no row at all gives every type. One query.
    """
    given: dict[int, dict[int, set[int]]] = defaultdict(dict)
    rows = ProviderType.objects.filter(clinician__in=people).values_list("clinician_id", "type_id", "rooms")
    for clinician, type_id, room in rows:
        named = given[clinician].setdefault(type_id, set())
        if room is not None:
            named.add(room)
    return {pk: given[pk].get(kind.pk) if pk in given else set() for pk in people}


@dataclass(frozen=True, slots=True)
class Supply:
    """The rows that touch some days: hours and absences by clinician's pk, and the days that are closed, by name."""

    hours: dict[int, list[WeeklyHours]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, list[Away]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[date, str] = field(default_factory=dict)


def working_spans(clinicians: Iterable[User], *, location: Location, first: date, last: date) -> dict[int, list[Span]]:
    """Return when each clinician (by pk) works at a location between two local days. One query.

    Weekly hours and extra clinics of the days that are not closed, less the times away: who is away is away, whatever
    else was entered for the day.
    """
    people, zone = [person.pk for person in clinicians], location.zone
    supply = supply_of(people, location=location, first=first, last=last)
    return {
        pk: slots.without(
            slots.working_spans(supply.hours[pk], first=first, last=last, zone=zone, closed=supply.closed),
            (span for row in supply.away[pk] for span in row.between(first, last, zone)),
        )
        for pk in people
    }


def supply_of(people: list[int], *, location: Location, first: date, last: date) -> Supply:
    """Return what is known of some days at a location: four tables in one question, each row saying what it is."""
    weekly = ProviderHours.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=last),
        Q(valid_until=None) | Q(valid_until__gte=first),
        clinician__in=people,
        location=location,
    )
    extra = ExtraHours.objects.filter(
        clinician__in=people, location=location, on__range=(first, last), taken_back_at=None
    )
    away = Absence.objects.filter(
        Q(location=None) | Q(location=location),
        clinician__in=people,
        first_on__lte=last,
        last_on__gte=first,
        taken_back_at=None,
    )
    closures = location.closures.filter(on__range=(first, last))
    rows = _as(weekly, "hours", "clinician_id", "weekday", "valid_from", "valid_until", "starts", "ends").union(
        _as(extra, "extra", "clinician_id", NO_NUMBER, "on", NO_DAY, "starts", "ends"),
        _as(away, "away", "clinician_id", NO_NUMBER, "first_on", "last_on", "starts", "ends"),
        _as(closures, "closed", NO_NUMBER, NO_NUMBER, "on", NO_DAY, NO_TIME, NO_TIME, name=F("name")),
        all=True,
    )
    supply = Supply()
    for what, who, weekday, begins, until, starts, ends, name in rows:
        if what == "hours":
            supply.hours[who].append(WeeklyHours(weekday, starts, ends, begins, until))
        elif what == "extra":
            supply.hours[who].append(WeeklyHours.once(begins, starts, ends))
        elif what == "away":
            supply.away[who].append(Away(begins, until, starts, ends))
        else:
            supply.closed[begins] = name
    return supply


def _as(
    rows: "QuerySet[Any]", what: str, *columns: str | Cast, name: F | Value = NO_NAME
) -> "QuerySet[Any, tuple[Any, ...]]":
    return rows.order_by().values_list(Value(what), *columns, name)
