"""When clinicians work and what they give in which rooms, before anything is booked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from clinic.locations.models import Location, Room
from clinic.staff.models import Role, User
from scheduling import slots
from scheduling.models import AppointmentType, ProviderType
from scheduling.slots import Away, Span, WeeklyHours

SUPPLY = """
    SELECT 'hours', clinician_id, weekday, valid_from, valid_until, starts, ends, '' FROM scheduling_providerhours
    WHERE clinician_id = ANY(%(people)s) AND location_id = %(location)s
        AND (valid_from IS NULL OR valid_from <= %(last)s) AND (valid_until IS NULL OR valid_until >= %(first)s)
    UNION ALL
    SELECT 'extra', clinician_id, NULL, "on", NULL, starts, ends, '' FROM scheduling_extrahours
    WHERE clinician_id = ANY(%(people)s) AND location_id = %(location)s
        AND "on" BETWEEN %(first)s AND %(last)s AND taken_back_at IS NULL
    UNION ALL
    SELECT 'away', clinician_id, NULL, first_on, last_on, starts, ends, '' FROM scheduling_absence
    WHERE clinician_id = ANY(%(people)s) AND (location_id IS NULL OR location_id = %(location)s)
        AND first_on <= %(last)s AND last_on >= %(first)s AND taken_back_at IS NULL
    UNION ALL
    SELECT 'closed', NULL, NULL, "on", NULL, NULL, NULL, name FROM locations_closure
    WHERE location_id = %(location)s AND "on" BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT 'gives', clinician_id, type_id, NULL, NULL, NULL, NULL, coalesce(room_id::text, '')
    FROM scheduling_providertype AS gives
    LEFT JOIN scheduling_providertype_rooms AS inside ON inside.providertype_id = gives.id
    WHERE clinician_id = ANY(%(people)s)
"""


def clinicians_at(location: Location) -> list[User]:
    """Return who treats patients at a location, by name."""
    return list(treating_at(location))


def treating_at(location: Location) -> "QuerySet[User]":
    """Return who treats patients at a location, by name, not asked yet."""
    return User.objects.filter(role=Role.CLINICIAN, is_active=True, locations=location).order_by("full_name")


def clinicians_giving(kinds: Iterable[AppointmentType], *, location: Location) -> dict[int, list[User]]:
    """Return who gives each type of visit (by its pk) at a location, by name. Three queries."""
    people = clinicians_at(location)
    given = rooms_by_type(people, kinds=kinds, location=location)
    return {kind: [person for person in people if rooms[person.pk]] for kind, rooms in given.items()}


def rooms_of(people: Iterable[User], *, kind: AppointmentType, location: Location) -> dict[int, list[Room | None]]:
    """Return for each clinician (by pk) the rooms of a location where they give a type, by name; none, not given.

    A location without rooms gives its visits in none: its list is `[None]`. Rooms are named for the whole clinic: where
    only another location's are, the type is not given here. Two queries.
    """
    return rooms_by_type(people, kinds=[kind], location=location)[kind.pk]


def rooms_by_type(
    people: Iterable[User], *, kinds: Iterable[AppointmentType], location: Location
) -> dict[int, dict[int, list[Room | None]]]:
    """Return the same for several types, by the type's pk. Two queries."""
    here: list[Room] = list(Room.objects.filter(location=location, is_active=True).order_by("name", "id"))
    by_type = named_rooms_of([person.pk for person in people], kinds=kinds)
    return {
        kind: {
            pk: [] if rooms is None else [room for room in here if room.pk in rooms] if rooms else [*here] or [None]
            for pk, rooms in named.items()
        }
        for kind, named in by_type.items()
    }


def named_rooms_of(people: list[int], *, kinds: Iterable[AppointmentType]) -> dict[int, dict[int, set[int] | None]]:
    """Return for each type and clinician the rooms named, by pk: none named, in any; None, they do not give it.

    Who has no row at all gives every type. One query.
    """
    given = Given()
    rows = ProviderType.objects.filter(clinician__in=people).order_by()
    for clinician, type_id, room in rows.values_list("clinician_id", "type_id", "rooms"):
        given.add(clinician, type_id, room)
    return {kind.pk: {pk: given.rooms_named(pk, kind) for pk in people} for kind in kinds}


class Given:
    """Which types clinicians give in which rooms, as far as rows say so."""

    def __init__(self) -> None:
        self._named: dict[int, dict[int, set[int]]] = defaultdict(dict)

    def add(self, clinician: int, type_id: int, room: int | None) -> None:
        """Note one row, by pk: a type without a room is given in any."""
        rooms = self._named[clinician].setdefault(type_id, set())
        if room is not None:
            rooms.add(room)

    def rooms_named(self, clinician: int, kind: AppointmentType) -> set[int] | None:
        """Return the rooms named for a type: none named, in any; None, not given. Who has no row gives every type."""
        return self._named[clinician].get(kind.pk) if clinician in self._named else set()


@dataclass(frozen=True, slots=True)
class Supply:
    """The rows that touch some days: hours and absences by clinician's pk, and the days that are closed, by name."""

    hours: dict[int, list[WeeklyHours]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, list[Away]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[date, str] = field(default_factory=dict)
    given: Given = field(default_factory=Given)

    def working(self, pk: int, *, first: date, last: date, zone: ZoneInfo) -> list[Span]:
        """Return when a clinician works between two days: hours and extra clinics, less closed days and absences.

        Who is away is away, whatever else was entered for the day.
        """
        hours = slots.working_spans(self.hours[pk], first=first, last=last, zone=zone, closed=self.closed)
        return slots.without(hours, self.gone(pk, first=first, last=last, zone=zone))

    def gone(self, pk: int, *, first: date, last: date, zone: ZoneInfo) -> list[Span]:
        """Return when a clinician is away between two days."""
        return [span for row in self.away[pk] for span in row.between(first, last, zone)]


def working_spans(clinicians: Iterable[User], *, location: Location, first: date, last: date) -> dict[int, list[Span]]:
    """Return when each clinician (by pk) works at a location between two local days. One query."""
    people = [person.pk for person in clinicians]
    supply = supply_of(people, location=location, first=first, last=last)
    return {pk: supply.working(pk, first=first, last=last, zone=location.zone) for pk in people}


def supply_of(people: list[int], *, location: Location, first: date, last: date) -> Supply:
    """Return what is known of some days at a location: five tables in one question, each row saying what it is."""
    supply = Supply()
    with connection.cursor() as cursor:
        cursor.execute(SUPPLY, {"people": people, "location": location.pk, "first": first, "last": last})
        for what, who, weekday, begins, until, starts, ends, name in cursor.fetchall():
            match what:
                case "hours":
                    supply.hours[who].append(WeeklyHours(weekday, starts, ends, begins, until))
                case "extra":
                    supply.hours[who].append(WeeklyHours.once(begins, starts, ends))
                case "away":
                    supply.away[who].append(Away(begins, until, starts, ends))
                case "gives":
                    supply.given.add(who, weekday, int(name) if name else None)
                case _:
                    supply.closed[begins] = name
    return supply
