"""The visits of some days as a list: to look ahead, and to print for the wall."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.calendar_days.visits import visits_between
from scheduling.models import Appointment

DAYS_LISTED = 14
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One day with its visits in order."""

    day: date
    visits: list[Appointment]


def agenda(
    *, user: User, location: Location, first: date, clinician: User | None = None, most: int = MOST_LISTED
) -> tuple[list[AgendaDay], date]:
    """Return the days from one on that have visits, and the day after the last that was looked at. One query.

    A day is never cut in two: where there are too many visits, the list ends with the last day that fits.
    """
    last = first + timedelta(days=DAYS_LISTED - 1)
    rows = visits_between(user=user, location=location, first=first, last=last, clinician=clinician, most=most + 1)
    zone = location.zone
    found = [AgendaDay(day, list(visits)) for day, visits in groupby(rows, key=lambda row: day_of(row.starts_at, zone))]
    if len(rows) > most and len(found) > 1:
        return found[:-1], found[-1].day
    return found, last + timedelta(days=1)


def day_list(*, user: User, location: Location, day: date, clinician: User | None = None) -> list[list[Appointment]]:
    """Return the visits of a day for paper, a list for each clinician, by name. One query."""
    rows = visits_between(user=user, location=location, first=day, last=day, clinician=clinician, most=MOST_LISTED)
    ordered = sorted(rows, key=lambda row: (row.clinician.full_name, row.clinician_id))
    return [list(visits) for _who, visits in groupby(ordered, key=lambda row: row.clinician_id)]
