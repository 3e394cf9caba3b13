"""What was answered about a plan to the consents it needs, and which answer holds at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from patients.models import Consent
from patients.models.consents import ConsentKind
from treatments.facts import Consented
from treatments.formulary import Formulary
from treatments.formulary.conditions import APPROVED
from treatments.models import Plan

KINDS: Final = (ConsentKind.TREATMENT, ConsentKind.OFF_LABEL)


class Answer(NamedTuple):
    """One row: a yes or no to a kind, and when."""

    kind: str
    is_given: bool
    at: datetime


def about_plan(plan: Plan) -> tuple[UUID, ...]:
    """Return what an answer about a plan may name: the plan, or the consultation that led to it."""
    return (plan.public_id, plan.consultation.public_id) if plan.consultation else (plan.public_id,)


def answers_about(plan: Plan) -> list[Answer]:
    """Return every answer about a plan, the oldest first. One query."""
    rows = Consent.objects.filter(patient=plan.patient_id, kind__in=KINDS, about_public_id__in=about_plan(plan))
    return [Answer(*row) for row in rows.order_by("at", "pk").values_list("kind", "is_given", "at")]


def holding(answers: Iterable[Answer], *, at: datetime | None = None) -> Mapping[str, Consented]:
    """Return what holds of each kind: at a moment the newest answer until then, else the first after it.

    What was agreed to on paper is typed in later and counts; what is taken back later undoes nothing that was done.
    """
    found: dict[str, Consented] = dict.fromkeys(KINDS, Consented.NOT_ASKED)
    for answer in answers:
        if at is None or answer.at <= at or found[answer.kind] is Consented.NOT_ASKED:
            found[answer.kind] = Consented.GIVEN if answer.is_given else Consented.NOT_GIVEN
    return found


def needed(plan: Plan, formulary: Formulary) -> tuple[ConsentKind, ...]:
    """Return the consents a plan needs: to use outside the label where the label does not name the condition (R27)."""
    is_on_label = formulary.condition(plan.condition.key).status_of(plan.product.key) == APPROVED
    return KINDS[:1] if is_on_label else KINDS
