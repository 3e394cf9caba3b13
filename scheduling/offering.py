"""What somebody may choose from by themselves: one kind of visit at a location, with whom, on which days.

A public page, a link to book and a link to move offer the same way; what was pressed is asked for again here, so a time
that was made up, or is gone, is none of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count

from clinic.lib.days import day_bounds, day_of, read_day, read_instant
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling import availability
from scheduling.availability import FreeTime
from scheduling.booking import Slot
from scheduling.models import Appointment, AppointmentKind, AppointmentType
from scheduling.slots import days

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

DAYS_A_PAGE: Final = 7
FAR_AWAY: Final = date(2199, 12, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """One kind of visit with these clinicians between two days; `patient` is busy where they have a visit."""

    location: Location
    kind: AppointmentType
    clinicians: list[User]
    first: date = date.min
    last: date = FAR_AWAY
    patient: "UUID | None" = None
    moving: Appointment | None = None

    def times(self, first: date, last: date, *, now: datetime, limit: int | None = None) -> list[FreeTime]:
        """Return what is free of it between two days, within the type's notice and horizon."""
        return availability.for_patients(
            location=self.location,
            kind=self.kind,
            clinicians=self.clinicians,
            first=max(first, self.first),
            last=min(last, self.last),
            now=now,
            limit=limit,
            moving=self.moving,
            patient_public_id=self.patient,
        )

    def slot(self, pressed: str, *, now: datetime) -> Slot | None:
        """Return the time a press names (`2027-03-05T06:00:00+00:00|clinician`), or None where it is not offered."""
        named = _named(pressed)
        if named is None:
            return None
        moment, clinician = named
        day = day_of(moment, self.location.zone)
        minutes = self.moving.minutes if self.moving else None  # a visit that was stretched keeps its length
        found = (
            Slot(
                clinician=free.clinician,
                location=self.location,
                room=free.room,
                type=self.kind,
                starts_at=moment,
                minutes=minutes,
            )
            for free in self.times(day, day, now=now)
            if free.starts_at == moment and str(free.clinician.public_id) == clinician
        )
        return next(found, None)

    def visits_on(self, day: date) -> dict[int, int]:
        """Return how many visits each clinician (by pk) has that begin on a day, without the one that moves."""
        visits = Appointment.objects.holding_their_time().between(*day_bounds(day, self.location.zone))
        theirs = visits.filter(clinician__in=self.clinicians).exclude(pk=self.moving.pk if self.moving else None)
        return dict(theirs.order_by().values_list("clinician").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a week that is shown, and what is free on it."""

    day: date
    times: list[FreeTime]
    is_open: bool
    """Whether somebody works at all: then a day without times is full."""

    @property
    def count(self) -> int:
        """How many different times there are."""
        return len({free.starts_at for free in self.times})


@dataclass(frozen=True, slots=True)
class Week:
    """The days a page shows; the first of the weeks before and after, where there are any."""

    days: list[Day]
    earlier: date | None
    later: date | None

    def shown(self, asked: str) -> Day | None:
        """Return the day whose times are listed: the one asked for, else the first that has any."""
        return next((day for day in self.days if day.day.isoformat() == asked), None) or next(
            (day for day in self.days if day.times), None
        )


def public_kinds() -> "QuerySet[AppointmentType]":
    """Return the types of visit that strangers book: what the clinic opened, and never an injection."""
    return AppointmentType.objects.filter(is_active=True, is_online=True).exclude(kind=AppointmentKind.INJECTION)


def public_kinds_at(location: Location) -> dict[AppointmentType, list[User]]:
    """Return the types that strangers book at a location, each with who gives it there: somebody does. Four queries."""
    kinds = list(public_kinds())
    given = availability.clinicians_giving(kinds, location=location)
    return {kind: given[kind.pk] for kind in kinds if given[kind.pk]}


def week_of(offering: Offering, *, asked: str, now: datetime) -> Week:
    """Return the week from the day asked for; without one the first in which something is free."""
    zone = offering.location.zone
    reach = availability.reach_of(offering.kind, zone=zone, now=now)
    begins, ends = max(offering.first, day_of(reach.not_before, zone)), min(offering.last, reach.last_on)
    try:
        first = min(max(read_day(asked), begins), max(begins, ends))
    except ValueError:
        soonest = offering.times(begins, ends, now=now, limit=1)
        first = day_of(soonest[0].starts_at, zone) if soonest else begins
    last = min(first + timedelta(days=DAYS_A_PAGE - 1), max(first, ends))
    times = offering.times(first, last, now=now)
    works = availability.working_spans(offering.clinicians, location=offering.location, first=first, last=last)
    open_days = {day_of(span.start, zone) for spans in works.values() for span in spans}
    return Week(
        days=[
            Day(day, [free for free in times if day_of(free.starts_at, zone) == day], day in open_days)
            for day in days(first, last)
        ],
        earlier=max(begins, first - timedelta(days=DAYS_A_PAGE)) if first > begins else None,
        later=last + timedelta(days=1) if last < ends else None,
    )


def _named(pressed: str) -> tuple[datetime, str] | None:
    moment, _, clinician = pressed.partition("|")
    try:
        return read_instant(moment), clinician
    except ValueError:
        return None
