"""Which booked visits lie where none could be booked any more, and why.

The database names all that may: those with no single row of hours around them, on a closed day, on a day of leave, in a
room out of use or of a type that is not given. The arithmetic that offers times (`availability`) then judges them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import DateField, Exists, F, Func, OuterRef, Q, TimeField
from django.db.models.functions import Cast, ExtractIsoWeekDay

from clinic.lib.days import day_of
from clinic.locations.models import Closure, Location
from scheduling.availability.supply import supply_of
from scheduling.models import Absence, Appointment, ExtraHours, KeptVisit, ProviderHours, ProviderType
from scheduling.querysets import AppointmentQuerySet
from scheduling.slots import Span

JUDGED_AT_MOST = 1000
"""So many at once are looked at, the soonest first: nobody moves more in a day."""


class Why(StrEnum):
    """What stands against a visit where it is."""

    CLOSED = "closed"
    AWAY = "away"
    LEFT = "left"
    ROOM = "room"
    TYPE = "type"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Displaced:
    """A visit, and what stands against it; `name` is what the closed day is called."""

    visit: Appointment
    why: Why
    name: str = ""


def displaced(visits: AppointmentQuerySet, *, now: datetime) -> list[Displaced]:
    """Return those of the visits still to come that lie where none could be booked, the soonest first.

    One query where there are none, else one more for each location.
    """
    rows = list(
        _may_be(visits.upcoming(now))
        .select_related("patient", "clinician", "location", "room", "type")
        .order_by("starts_at", "pk")[:JUDGED_AT_MOST]
    )
    found: list[Displaced] = []
    for location in {row.location_id: row.location for row in rows}.values():
        found += _judged([row for row in rows if row.location_id == location.pk], location)
    return sorted(found, key=lambda one: (one.visit.starts_at, one.visit.pk))


def foreseen(deed: Callable[[], object], *, among: AppointmentQuerySet, now: datetime) -> list[Displaced]:
    """Return the visits that a deed would displace: it is done, looked at, and rolled back. Refusals pass through."""
    before = {one.visit.pk for one in displaced(among, now=now)}
    with transaction.atomic():
        deed()
        after = displaced(among, now=now)
        transaction.set_rollback(True)
    return [one for one in after if one.visit.pk not in before]


def _may_be(visits: AppointmentQuerySet) -> AppointmentQuerySet:
    """Narrow to what may be displaced; the database knows every location's own day and clock."""
    zone = F("location__time_zone")
    start, end = (Func(zone, F(name), function="TIMEZONE") for name in ("starts_at", "ends_at"))
    visits = visits.annotate(
        local_on=Cast(start, DateField()), local_from=Cast(start, TimeField()), local_until=Cast(end, TimeField())
    ).annotate(local_weekday=ExtractIsoWeekDay("local_on") - 1)
    here = {"clinician": OuterRef("clinician"), "location": OuterRef("location")}
    around = {"starts__lte": OuterRef("local_from"), "ends__gte": OuterRef("local_until")}
    weekly = ProviderHours.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=OuterRef("local_on")),
        Q(valid_until=None) | Q(valid_until__gte=OuterRef("local_on")),
        weekday=OuterRef("local_weekday"),
        **here,
        **around,
    )
    extra = ExtraHours.objects.standing().filter(on=OuterRef("local_on"), **here, **around)
    closed = Closure.objects.filter(location=OuterRef("location"), on=OuterRef("local_on"))
    away = Absence.objects.standing().filter(
        Q(location=None) | Q(location=OuterRef("location")),
        clinician=OuterRef("clinician"),
        first_on__lte=OuterRef("local_on"),
        last_on__gte=OuterRef("local_on"),
    )
    gives = ProviderType.objects.filter(clinician=OuterRef("clinician"))
    gives_it = gives.filter(type=OuterRef("type"))
    found: AppointmentQuerySet = visits.annotate(
        is_given=~Exists(gives) | Exists(gives_it),
        is_in_its_room=Q(room=None)
        | Q(room__is_active=True)
        & (~Exists(gives_it.filter(rooms__isnull=False)) | Exists(gives_it.filter(rooms=OuterRef("room")))),
    ).filter(
        ~Exists(KeptVisit.objects.standing().filter(appointment=OuterRef("pk"), sequence=OuterRef("sequence"))),
        Exists(closed)
        | Exists(away)
        | Q(clinician__is_active=False)
        | Q(is_given=False)
        | Q(is_in_its_room=False)
        | Q(is_overbooked=False)  # on purpose outside the hours, but not outside the rest
        & (Q(local_until__lte=F("local_from")) | (~Exists(weekly) & ~Exists(extra))),  # past midnight: judged
    )
    return found


def _judged(rows: list[Appointment], location: Location) -> Iterator[Displaced]:
    """Yield the visits of one location that something stands against, with the first that does."""
    zone = location.zone
    people = list({row.clinician_id for row in rows})
    first = min(day_of(row.starts_at, zone) for row in rows)
    last = max(day_of(row.ends_at, zone) for row in rows)
    supply = supply_of(people, location=location, first=first, last=last)
    away = {pk: supply.gone(pk, first=first, last=last, zone=zone) for pk in people}
    working = {pk: supply.working(pk, first=first, last=last, zone=zone) for pk in people}
    for row in rows:
        span = Span(row.starts_at, row.ends_at)
        shut = supply.closed.get(day_of(row.starts_at, zone))
        if shut is not None:
            yield Displaced(row, Why.CLOSED, shut)
        elif any(span.overlaps(gone) for gone in away[row.clinician_id]):
            yield Displaced(row, Why.AWAY)
        elif (why := _otherwise(row)) is not None:
            yield Displaced(row, why)
        elif not row.is_overbooked and not any(work.holds(span) for work in working[row.clinician_id]):
            yield Displaced(row, Why.HOURS)


def _otherwise(row: Appointment) -> Why | None:
    """Return what stands against a visit but its time."""
    if not row.clinician.is_active:
        return Why.LEFT
    if not row.is_given:  # type: ignore[attr-defined] # annotated above
        return Why.TYPE
    return None if row.is_in_its_room else Why.ROOM  # type: ignore[attr-defined] # annotated above
