"""Consent to the treatment, and to use outside the label: said to a clinician, kept with its words."""

from datetime import datetime

from django.db import transaction

from clinic.staff.models import User
from patients.consents import record_consent
from patients.models import Consent, Patient
from patients.models.consents import ConsentKind
from treatments.models import Consultation, Plan


def take_consent(
    *, patient: Patient, kind: ConsentKind, is_given: bool, about: Plan | Consultation, by: User, now: datetime
) -> Consent:
    """Keep a yes or a no to the newest words in the patient's language. A later row is what holds."""
    with transaction.atomic():
        return record_consent(
            patient=patient, kind=kind, is_given=is_given, language=patient.language, by=by, now=now, about=about
        )
