"""How much of the calendar stands with people: their visits."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from patients.hooks import Holding
from scheduling.models import Appointment


def of_the_calendar(patients: Collection[int], /) -> list[Holding]:
    """Return how many visits each of these people had or has booked: those cancelled or missed tell nothing."""
    return [Holding.of(_("Visits"), Appointment.objects.holding_their_time(), patients)]
