"""What a patient answered in a form that came after the consultation, and no assessment stands beside yet.

The rules read the clinician's assessment, and the patient's answer only while there is none (safety_rules.md). A form
sent later has none for what it says anew: a grave answer given the evening before the needle stands in the way of it.
"""

from collections.abc import Mapping

from patients.models import Intake
from treatments.answers import answer_to, said
from treatments.facts import Flag, flag_of
from treatments.formulary import Formulary
from treatments.models import Consultation, Plan
from treatments.plan_facts import latest_signed


def told_since(plan: Plan, flags: Mapping[str, Flag], formulary: Formulary) -> dict[str, Flag]:
    """Return the screening with what a newer form flags; what was answered the same before keeps its assessment."""
    consultation = plan.consultation or latest_signed(plan.patient)
    newer = _newer_form(plan, consultation)
    if newer is None:
        return dict(flags)
    before = {} if consultation is None else dict(consultation.assessments.values_list("question_id", "answer"))
    return dict(flags) | {
        key: Flag.STANDS
        for key, question in formulary.questions.items()
        if (now := said(answer_to(question, newer.answers))) != said(before.get(key, ""))
        and flag_of(question, now, is_confirmed=None) is Flag.STANDS
    }


def _newer_form(plan: Plan, consultation: Consultation | None) -> Intake | None:
    """Return the latest form sent, unless the consultation was held with it or with a later one."""
    newest: Intake | None = (
        Intake.objects.answered().filter(patient=plan.patient_id).order_by("-submitted_at", "-id").first()
    )
    seen = consultation.intake if consultation else None
    if newest is None or seen is None or newest.submitted_at is None or seen.submitted_at is None:
        return newest
    return newest if newest.submitted_at > seen.submitted_at else None
