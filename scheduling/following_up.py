"""What a visit does to the follow-up it keeps, and what a signed session owes next."""

from datetime import datetime

from django.db.models import F

from clinic.staff.models import User
from patients.models import Patient
from scheduling.models import Appointment, AppointmentKind, FollowUp


def open_for(*, patient: Patient, kind: str) -> FollowUp | None:
    """Return the follow-up that a visit of this kind would keep: the one due first, for injections only."""
    if kind != AppointmentKind.INJECTION:
        return None
    found: FollowUp | None = FollowUp.objects.filter(patient=patient, state__in=("pending", "reminded")).first()
    return found


def booked(*, appointment: Appointment, by: User | None, now: datetime) -> None:  # noqa: ARG001 - one shape
    """Note that the follow-up of this visit is booked: its letters are withdrawn."""
    if appointment.follow_up_id:
        FollowUp.objects.filter(pk=appointment.follow_up_id, state__in=("pending", "reminded")).update(
            state="booked", version=F("version") + 1
        )


def unbooked(*, appointment: Appointment, by: User | None, now: datetime, because: str) -> None:  # noqa: ARG001
    """Owe the follow-up its letter again: the visit that kept it is gone."""
    if appointment.follow_up_id:
        FollowUp.objects.filter(pk=appointment.follow_up_id, state="booked").update(
            state="pending", version=F("version") + 1
        )
