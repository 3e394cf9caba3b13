"""A month in numbers: how many visits a day, who is away, what is closed."""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncDate

from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling import availability
from scheduling.availability.supply import Supply, supply_of
from scheduling.calendar_days.visits import shown_between
from scheduling.slots import days


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of the sheet. `away` names who is away all day or part of it; `works` says whether anybody works."""

    day: date
    booked: int
    works: bool
    closed: str
    away: list[str] = field(default_factory=list)


def month(*, user: User, location: Location, on: date, clinician: User | None = None) -> list[list[MonthDay]]:
    """Return the weeks of the month a day is in, Monday first, whole weeks. Constant in queries."""
    weeks = calendar.Calendar().monthdatescalendar(on.year, on.month)
    first, last = weeks[0][0], weeks[-1][-1]
    visits = shown_between(user=user, location=location, first=first, last=last)
    people = [clinician] if clinician else availability.clinicians_at(location)
    if clinician:
        visits = visits.filter(clinician=clinician)
    counted = visits.order_by().annotate(day=TruncDate("starts_at", tzinfo=location.zone)).values("day")
    booked = {row["day"]: row["count"] for row in counted.annotate(count=Count("pk"))}
    supply, zone = supply_of([who.pk for who in people], location=location, first=first, last=last), location.zone
    spans = (span for who in people for span in supply.working(who.pk, first=first, last=last, zone=zone))
    works = {day_of(span.start, zone) for span in spans}
    away = _away(people, supply, first=first, last=last)
    return [
        [MonthDay(day, booked.get(day, 0), day in works, supply.closed.get(day, ""), away[day]) for day in week]
        for week in weeks
    ]


def _away(people: list[User], supply: Supply, *, first: date, last: date) -> dict[date, list[str]]:
    found: dict[date, list[str]] = defaultdict(list)
    for who in people:
        gone = {day for row in supply.away[who.pk] for day in days(max(first, row.first_on), min(last, row.last_on))}
        for day in gone:
            found[day].append(who.full_name)
    return found
