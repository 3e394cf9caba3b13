"""Whom and what a page about times may touch: the clinicians and visits of this person's places."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from clinic.locations.models import Location
from clinic.staff.models import Role, User
from scheduling.models import Appointment
from scheduling.querysets import AppointmentQuerySet


def clinicians_of(user: User) -> list[User]:
    """Return the clinicians of this person's places, by name."""
    found = User.objects.visible_to(user).filter(role=Role.CLINICIAN, is_active=True)
    return list(found.order_by("full_name", "pk"))


def clinician(user: User, public_id: UUID) -> User:
    """Return one of them, or 404."""
    found: User = get_object_or_404(User.objects.visible_to(user).filter(role=Role.CLINICIAN), public_id=public_id)
    return found


def place_of(user: User, public_id: UUID) -> Location:
    """Return one of this person's places in use, or 404."""
    found: Location = get_object_or_404(user.locations.filter(is_active=True), public_id=public_id)
    return found


def visits_with(user: User, person: User) -> AppointmentQuerySet:
    """Return the visits of a clinician that this person may see."""
    found: AppointmentQuerySet = Appointment.objects.visible_to(user).filter(clinician=person)
    return found
