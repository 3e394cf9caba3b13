"""Consent to the treatment, and to use outside the label: what needs one, and what was said to a clinician."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from clinic.staff.models import User
from patients.consents import record_consent
from patients.hooks import Matter
from patients.models import Consent, Patient
from patients.models.consents import ConsentKind
from treatments.consent_answers import KINDS, about_plan, needed
from treatments.formulary_db import current_formulary
from treatments.leaflets import leaflets_in
from treatments.models import Consultation, Plan, PlanState

NEEDS_CONSENT = (PlanState.DRAFT, PlanState.ACTIVE, PlanState.PAUSED)


def take_consent(
    *, patient: Patient, kind: ConsentKind, is_given: bool, about: Plan | Consultation, by: User, now: datetime
) -> Consent:
    """Keep a yes or a no to the newest words in the patient's language. A later row is what holds."""
    with transaction.atomic():
        return record_consent(
            patient=patient, kind=kind, is_given=is_given, language=patient.language, by=by, now=now, about=about
        )


def matters_of(patient: Patient) -> list[Matter]:
    """Return what consent is asked for: each plan that may be given, and the last consultation that led to none."""
    plans = list(
        Plan.objects.filter(patient=patient, state__in=NEEDS_CONSENT)
        .select_related("condition", "product", "consultation")
        .order_by("pk")
    )
    formulary = current_formulary() if plans else None
    said = _said()
    found = [
        Matter(
            kind=kind,
            about=plan.public_id,
            also=about_plan(plan)[1:],
            name=said.get(plan.condition.key, plan.condition.name),
        )
        for plan in plans
        if formulary
        for kind in needed(plan, formulary)
    ]
    last = Consultation.objects.filter(patient=patient).select_related("condition").order_by("-held_on", "-pk").first()
    if last is None or Plan.objects.filter(consultation=last).exists():
        return found
    name = said.get(last.condition.key, last.condition.name) if last.condition else ""
    return [*found, *(Matter(kind=kind, about=last.public_id, name=name) for kind in KINDS)]


def _said() -> dict[str, str]:
    """Return the names of conditions in the language spoken now, from the leaflets; where there is none, English."""
    spoken = get_language() or settings.LANGUAGE_CODE
    if spoken == settings.LANGUAGE_CODE:
        return {}
    told = [one for one in leaflets_in(spoken) if one.language == spoken]
    return {one.document["condition"]: one.document["title"] for one in told if one.document["condition"]}
