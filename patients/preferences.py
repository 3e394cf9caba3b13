"""What a patient wants to hear from the clinic."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.staff.models import User
from patients import hooks
from patients.consents import record_consent
from patients.models import Patient
from patients.models.consents import ConsentKind


def stop_reminders(*, patient: Patient, by: User | None, now: datetime) -> bool:
    """Stop reminders by e-mail: a consent taken back is a new row. Returns whether anything changed."""
    return _set(patient=patient, wanted=False, by=by, now=now)


def resume_reminders(*, patient: Patient, by: User | None, now: datetime) -> bool:
    """Send reminders by e-mail again, because the patient asked for them. Returns whether anything changed."""
    return _set(patient=patient, wanted=True, by=by, now=now)


def _set(*, patient: Patient, wanted: bool, by: User | None, now: datetime) -> bool:
    with transaction.atomic():
        won = Patient.objects.filter(pk=patient.pk, wants_reminders=not wanted).update(
            wants_reminders=wanted, version=F("version") + 1
        )
        if not won:
            return False
        record_consent(
            patient=patient, kind=ConsentKind.REMINDERS, is_given=wanted, language=patient.language, by=by, now=now
        )
        record(
            by=by,
            actor="" if by else "patient link",
            verb="reminders.resumed" if wanted else "reminders.stopped",
            thing=patient,
            patient=patient,
        )
        for deed in hooks.on_preferences_changed:
            deed(patient=patient, by=by, now=now)
    return True
