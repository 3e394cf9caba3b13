"""The permissions asked in an intake: each answer becomes a consent when the form is sent."""

from datetime import datetime

from django.db.models import F

from clinic.staff.models import User
from patients import hooks
from patients.consents import record_consent
from patients.models import ConsentText, Intake, Patient
from patients.models.consents import ConsentKind
from patients.questionnaire import steps_of
from patients.questions import YES, Question


def permissions_of(intake: Intake) -> list[Question]:
    """Return the questions of a form that ask for a permission."""
    return [question for step in steps_of(intake.questionnaire) for question in step.questions if question.wording]


def record_permission(intake: Intake, patient: Patient, question: Question, *, by: User | None, now: datetime) -> None:
    """Keep one answer as a consent to the words that stood above it; a wish about reminders changes with it."""
    is_given = intake.answers[question.id] == YES
    shown = ConsentText.objects.filter(kind=question.wording, public_id=intake.answers.get(question.wording_id)).first()
    record_consent(
        patient=patient,
        kind=question.wording,
        is_given=is_given,
        language=intake.language,
        wording=shown,
        by=by,
        now=now,
    )
    if question.wording == ConsentKind.REMINDERS and patient.wants_reminders != is_given:
        Patient.objects.filter(pk=patient.pk).update(wants_reminders=is_given, version=F("version") + 1)
        patient.refresh_from_db()
        for hook in hooks.on_preferences_changed:
            hook(patient=patient, by=by, now=now)
