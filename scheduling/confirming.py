"""Confirm a visit from a letter's link: which visit it is, and the one press that says the patient comes."""

from datetime import datetime
from typing import Final

from patients.models import AccessLink
from scheduling import booking
from scheduling.models import Appointment, AppointmentState

PURPOSE: Final = "confirm-visit"


def visit_of(link: AccessLink, *, now: datetime) -> Appointment | None:
    """Return the visit a link is about while the patient can still say whether they come; None once it is not so."""
    found: Appointment | None = (
        Appointment.objects.filter(
            public_id=link.about_public_id,
            patient=link.patient_id,
            state__in=(AppointmentState.BOOKED, AppointmentState.CONFIRMED),
            ends_at__gt=now,
        )
        .select_related("patient", "clinician", "location", "type")
        .first()
    )
    return found


def confirm(*, visit: Appointment, seen_sequence: int, now: datetime) -> bool:
    """Note that the patient comes at the time the page showed. Pressed again it changes nothing.

    Returns whether the visit stands confirmed: not where it was moved or cancelled since the page was opened. Raises
    BeingChanged where somebody writes the visit at this moment.
    """
    with booking.as_one():
        held = Appointment.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        if held.sequence != seen_sequence:
            return False
        if held.state == AppointmentState.BOOKED:
            booking.confirm(appointment=held, by=None, now=now)
            return True
        return bool(held.state == AppointmentState.CONFIRMED)
