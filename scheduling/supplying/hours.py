"""Set a clinician's weekly hours at a location for a period: what held in it gives way, before and after it stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.marks import mark_of
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling import weekly
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.models import ProviderHours
from scheduling.weekly import DayHours, Period


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week that hold between two days."""

    period: Period
    days: tuple[DayHours, ...]


def weeks_of(clinician: User, location: Location) -> list[Week]:
    """Return the weeks set for a clinician at a location, those without a beginning first."""
    rows: dict[Period, dict[int, list[weekly.Stretch]]] = {}
    for row in ProviderHours.objects.filter(clinician=clinician, location=location):
        period = rows.setdefault((row.valid_from, row.valid_until), {})
        period.setdefault(row.weekday, []).append((row.starts, row.ends))
    found = [
        Week(period, tuple(day for weekday in sorted(days) if (day := weekly.of_rows(weekday, days[weekday]))))
        for period, days in rows.items()
    ]
    return sorted(found, key=lambda week: (week.period[0] or date.min, week.period[1] or date.max))


def seen_as(clinician: User, location: Location) -> str:
    """Return a mark of what is set, so that two managers see each other."""
    return mark_of(weeks_of(clinician, location))


def set_hours(
    *,
    clinician: User,
    location: Location,
    period: Period,
    days: Iterable[DayHours],
    seen: str,
    by: User,
    now: datetime,  # noqa: ARG001 - one shape of deeds
) -> None:
    """Save the week that holds in a period; a weekday that is not named is free.

    Raises:
        PolicyChangedMeanwhile: `seen` is not the mark of what is set.

    """
    with transaction.atomic():
        # One clinician's hours are set by one manager at a time; bookings, which only name the row, do not wait.
        User.objects.select_for_update(no_key=True).get(pk=clinician.pk)
        if seen_as(clinician, location) != seen:
            raise PolicyChangedMeanwhile
        for row in ProviderHours.objects.filter(clinician=clinician, location=location):
            _give_way(row, period)
        first, last = period
        made = ProviderHours.objects.bulk_create(
            ProviderHours(
                clinician=clinician,
                location=location,
                weekday=day.weekday,
                starts=starts,
                ends=ends,
                valid_from=first,
                valid_until=last,
            )
            for day in days
            for starts, ends in day.stretches
        )
        record(
            by=by,
            verb="hours.set",
            thing=clinician,
            detail={
                "location": str(location.public_id),
                "from": first.isoformat() if first else "",
                "until": last.isoformat() if last else "",
                "hours": [f"{row.weekday} {row.starts:%H:%M}-{row.ends:%H:%M}" for row in made],
            },
        )


def _give_way(row: ProviderHours, period: Period) -> None:
    """Leave of a row of hours what lies before and after a period."""
    left = weekly.outside((row.valid_from, row.valid_until), period)
    if not left:
        row.delete()
        return
    row.valid_from, row.valid_until = left[0]
    row.save(update_fields=("valid_from", "valid_until"))
    for first, last in left[1:]:
        ProviderHours.objects.create(
            clinician=row.clinician,
            location=row.location,
            weekday=row.weekday,
            starts=row.starts,
            ends=row.ends,
            valid_from=first,
            valid_until=last,
        )
