"""Why a visit cannot be where it is asked for, by the rules that make the list of free times."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.lib.days import day_of
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling import slots
from scheduling.availability.supply import Supply, supply_of
from scheduling.errors import ClinicianAway, LocationClosed, NotInThatRoom, OutsideHours, Refusal, TypeNotGiven
from scheduling.models import AppointmentType
from scheduling.slots import Span

AN_INSTANT = timedelta(microseconds=1)


def why_not(
    *,
    clinician: User,
    location: Location,
    room: Room | None,
    kind: AppointmentType,
    starts_at: datetime,
    occupied_until: datetime,
    is_overbooked: bool = False,
) -> Refusal | None:
    """Return what stands against a visit whoever else is booked: its type, its room, and its time (`against_time`).

    Whether the time is still free, the table decides. One query.
    """
    span = Span(starts_at, occupied_until)
    supply = _supply_of(clinician, location=location, span=span)
    named = supply.given.rooms_named(clinician.pk, kind)
    if named is None:
        return TypeNotGiven(clinician.full_name, kind.name)
    if room is not None:  # without one the desk books beside the rooms, a call for instance
        is_here = room.is_active and room.location_id == location.pk
        if not is_here or (named and room.pk not in named):
            return NotInThatRoom(room.name)
    return _against(supply, clinician=clinician, zone=location.zone, span=span, is_overbooked=is_overbooked)


def against_time(
    *,
    clinician: User,
    location: Location,
    starts_at: datetime,
    occupied_until: datetime,
    is_overbooked: bool = False,
) -> Refusal | None:
    """Return what stands against a time with a clinician: a closed day, an absence, the hours. One query.

    An overbooked visit may lie outside the hours; a closed day and an absence hold for it too.
    """
    span = Span(starts_at, occupied_until)
    supply = _supply_of(clinician, location=location, span=span)
    return _against(supply, clinician=clinician, zone=location.zone, span=span, is_overbooked=is_overbooked)


def _supply_of(clinician: User, *, location: Location, span: Span) -> Supply:
    first, last = _days_of(span, location.zone)
    return supply_of([clinician.pk], location=location, first=first, last=last)


def _days_of(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    return day_of(span.start, zone), day_of(span.end - AN_INSTANT, zone)


def _against(supply: Supply, *, clinician: User, zone: ZoneInfo, span: Span, is_overbooked: bool) -> Refusal | None:
    first, last = _days_of(span, zone)
    if supply.closed:
        return LocationClosed(*min(supply.closed.items()))
    if any(span.overlaps(gone) for gone in supply.gone(clinician.pk, first=first, last=last, zone=zone)):
        return ClinicianAway(clinician.full_name, span.start)
    if is_overbooked:
        return None
    works = slots.working_spans(supply.hours[clinician.pk], first=first, last=last, zone=zone)
    return None if any(work.holds(span) for work in works) else OutsideHours(span.start)
