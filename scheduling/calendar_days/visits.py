"""The visits that the calendar shows of a place."""

from datetime import date

from clinic.lib.days import day_bounds
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.closing import mark_visitors
from scheduling.models import Appointment
from scheduling.querysets import AppointmentQuerySet
from scheduling.status import NOT_OVER


def shown_between(*, user: User, location: Location, first: date, last: date) -> AppointmentQuerySet:
    """Visits that begin on these local days, the cancelled left out."""
    start, end = day_bounds(first, location.zone)[0], day_bounds(last, location.zone)[1]
    visible: AppointmentQuerySet = Appointment.objects.visible_to(user)
    return visible.filter(location=location).between(start, end).exclude(state="cancelled")


def visits_between(
    *, user: User, location: Location, first: date, last: date, clinician: User | None = None, most: int | None = None
) -> list[Appointment]:
    """Return them in order, of a clinician where one is named, with what a page says of them.

    One query, and one more where a closed record is among them.
    """
    rows = shown_between(user=user, location=location, first=first, last=last)
    if clinician:
        rows = rows.filter(clinician=clinician)
    found = list(rows.select_related("patient", "clinician", "type", "room").order_by("starts_at", "id")[:most])
    mark_visitors(((row.patient, row.state not in NOT_OVER) for row in found), user)
    return found
