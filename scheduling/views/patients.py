"""The patient that a page of the calendar is about."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from clinic.staff.models import User
from patients.models import Patient


def patient_of(user: User, public_id: UUID) -> Patient:
    """Return a patient this person may see, with their location, or 404."""
    found: Patient = get_object_or_404(
        Patient.objects.listed_for(user).living_records().select_related("location"), public_id=public_id
    )
    return found


def patient_named(user: User, text: str | None) -> Patient | None:
    """Return the patient that an address names, or 404; None where it names none."""
    try:
        key = UUID(text or "")
    except ValueError:
        return None
    return patient_of(user, key)
