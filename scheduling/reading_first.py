"""Forms with a grave answer that nobody has read: said where a clinician looks, and where an injection is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic.staff.models import User
from patients.models import Intake, Patient
from scheduling.models import Appointment

SHOWN = 10


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """One form, and the next visit of its patient, whatever it is for."""

    intake: Intake
    visit: Appointment | None


def forms_to_read_first(user: User, *, now: datetime) -> Sequence[ReadFirst]:
    """Return the forms at the places where this person works, the longest waiting first. A query, two where one is."""
    forms = Intake.objects.visible_to(user).to_read_first().select_related("patient__location")[:SHOWN]
    patients = [form.patient_id for form in forms]
    if not patients:
        return ()
    visits = Appointment.objects.visible_to(user).upcoming(now).filter(patient__in=patients).select_related("location")
    next_visits = {visit.patient_id: visit for visit in visits.order_by("-starts_at", "-id")}
    return [ReadFirst(form, next_visits.get(form.patient_id)) for form in forms]


def waits_to_be_read(patient: Patient) -> bool:
    """Whether a grave answer of this patient's has no reader yet. One query."""
    return Intake.objects.to_read_first().filter(patient=patient).exists()
