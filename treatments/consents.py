"""Consent to the treatment, and to use outside the label: said to a clinician, kept with its words."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Consent, ConsentText, Language, Patient
from patients.models.consents import ConsentKind
from treatments.models import Consultation, Plan

WORDINGS = {
    ConsentKind.TREATMENT: gettext_noop(
        "The doctor has explained the treatment with botulinum toxin to me: what it is for, how long it may help, that"
        " it can spread and make swallowing, breathing, speaking or seeing harder for a while, and what to do then."
        " I could ask my questions. I agree to the treatment, and I can say no at any time."
    ),
    ConsentKind.OFF_LABEL: gettext_noop(
        "The doctor has explained that the product is not approved for my condition, why it is proposed all the same,"
        " what is known and not known about it, and which other treatments there are. I agree to this use, and I can"
        " say no at any time."
    ),
}
"""What is agreed to until the clinic publishes words of its own. Own, generic: to be confirmed by the clinic."""


def take_consent(
    *, patient: Patient, kind: ConsentKind, is_given: bool, about: Plan | Consultation, by: User, now: datetime
) -> Consent:
    """Keep a yes or a no to the newest words in the patient's language. A later row is what holds."""
    with transaction.atomic():
        consent = Consent.objects.create(
            patient=patient,
            kind=kind,
            wording=wording_of(kind, patient.language),
            is_given=is_given,
            about_public_id=about.public_id,
            at=now,
            taken_by=by,
        )
        record(
            by=by,
            verb="consent.taken",
            thing=consent,
            patient=patient,
            detail={"kind": str(kind), "given": is_given, "about": str(about.public_id)},
        )
    return consent


def wording_of(kind: ConsentKind, language: str) -> ConsentText:
    """Return the newest published words, in the language if there are any, else in English."""
    published = ConsentText.objects.filter(kind=kind, language__in=(language, Language.ENGLISH)).order_by("-version")
    for row in sorted(published, key=lambda text: text.language != language):
        return row
    words, _ = ConsentText.objects.get_or_create(
        kind=kind, version=1, language=Language.ENGLISH, defaults={"text": WORDINGS[kind]}
    )
    return words
