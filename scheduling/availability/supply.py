"""When clinicians work and what they give in which rooms, before anything is booked."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from clinic.locations.models import Location, Room
from clinic.staff.models import Role, User
from scheduling import slots
from scheduling.models import Absence, AppointmentType, ExtraHours, ProviderHours, ProviderType
from scheduling.slots import Away, Span, WeeklyHours


def clinicians_at(location: Location) -> list[User]:
    """Return who treats patients at a location, by name."""
    return list(
        User.objects.filter(role=Role.CLINICIAN, is_active=True, locations=location).order_by("full_name").distinct()
    )


def clinicians_giving(kind: AppointmentType, *, location: Location) -> list[User]:
    """Return who gives a type of visit at a location, by name. Three queries."""
    people = clinicians_at(location)
    rooms = rooms_of(people, kind=kind, location=location)
    return [person for person in people if rooms[person.pk]]


def rooms_of(people: Iterable[User], *, kind: AppointmentType, location: Location) -> dict[int, list[Room | None]]:
    """Return for each clinician (by pk) the rooms of a location where they give a type, by name; none, not given.

    A location without rooms gives its visits in none: its list is `[None]`. Two queries.
    """
    here: list[Room] = list(Room.objects.filter(location=location, is_active=True).order_by("name", "id"))
    given: dict[int, dict[int, set[int]]] = defaultdict(dict)
    for clinician, type_id, room in ProviderType.objects.filter(
        clinician__in=[person.pk for person in people]
    ).values_list("clinician_id", "type_id", "rooms"):
        named = given[clinician].setdefault(type_id, set())
        if room is not None:
            named.add(room)
    return {person.pk: _allowed(given.get(person.pk), kind, here) for person in people}


def _allowed(given: dict[int, set[int]] | None, kind: AppointmentType, here: list[Room]) -> list[Room | None]:
    """Return the rooms that one clinician's rows leave: no row leaves all, a row without a room leaves all of its type.

    Rooms are named for the whole clinic: where only another location's are, the type is not given here.
    """
    if given is not None and kind.pk not in given:
        return []
    if given is not None and (named := given[kind.pk]):
        return [room for room in here if room.pk in named]
    return [*here] or [None]


def working_spans(clinicians: Iterable[User], *, location: Location, first: date, last: date) -> dict[int, list[Span]]:
    """Return when each clinician (by pk) works at a location between two local days. Four queries.

    Weekly hours and extra clinics of the days that are not closed, less the times away: who is away is away, whatever
    else was entered for the day.
    """
    people = [person.pk for person in clinicians]
    closed = frozenset(location.closures.filter(on__range=(first, last)).values_list("on", flat=True))
    hours = hours_of(people, location=location, first=first, last=last)
    away = away_of(people, location=location, first=first, last=last)
    zone = location.zone
    return {
        pk: slots.without(
            slots.working_spans(hours[pk], first=first, last=last, zone=zone, closed=closed),
            (span for row in away[pk] for span in row.between(first, last, zone)),
        )
        for pk in people
    }


def hours_of(people: list[int], *, location: Location, first: date, last: date) -> dict[int, list[WeeklyHours]]:
    """Return the weekly hours of clinicians at a location that touch these days, with the extra clinics among them."""
    hours: dict[int, list[WeeklyHours]] = defaultdict(list)
    weekly = ProviderHours.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=last),
        Q(valid_until=None) | Q(valid_until__gte=first),
        clinician__in=people,
        location=location,
    )
    columns = ("clinician_id", "weekday", "starts", "ends", "valid_from", "valid_until")
    for clinician, weekday, starts, ends, valid_from, valid_until in weekly.values_list(*columns):
        hours[clinician].append(WeeklyHours(weekday, starts, ends, valid_from, valid_until))
    extra = ExtraHours.objects.filter(
        clinician__in=people, location=location, on__range=(first, last), taken_back_at=None
    )
    for clinician, on, starts, ends in extra.values_list("clinician_id", "on", "starts", "ends"):
        hours[clinician].append(WeeklyHours.once(on, starts, ends))
    return hours


def away_of(people: list[int], *, location: Location, first: date, last: date) -> dict[int, list[Away]]:
    """Return the absences of clinicians that touch these days, at this location or everywhere."""
    away: dict[int, list[Away]] = defaultdict(list)
    rows = Absence.objects.filter(
        Q(location=None) | Q(location=location),
        clinician__in=people,
        first_on__lte=last,
        last_on__gte=first,
        taken_back_at=None,
    )
    columns = ("clinician_id", "first_on", "last_on", "starts", "ends")
    for clinician, first_on, last_on, starts, ends in rows.values_list(*columns):
        away[clinician].append(Away(first_on, last_on, starts, ends))
    return away
