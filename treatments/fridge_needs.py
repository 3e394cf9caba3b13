"""What the visits of a day need: of consents, plan by plan, and of the fridge, product by product."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from patients.models import Consent
from treatments.allotting import Allotted, allot
from treatments.consent_answers import KINDS, about_plan, needed
from treatments.formulary import Formulary
from treatments.models import Plan, PlanState, Vial
from treatments.syringe import Sealed


@dataclass(frozen=True, slots=True)
class Need:
    """What a day needs of one product at one location, against what lies sealed there."""

    location_id: int
    product_key: str
    product: str
    allotted: Allotted


def plans_in_use(patients: Iterable[int]) -> dict[int, list[Plan]]:
    """Return the active plans of each patient (by pk), each with `planned_units`. One query."""
    found: dict[int, list[Plan]] = defaultdict(list)
    for plan in (
        Plan.objects.filter(patient__in=list(patients), state=PlanState.ACTIVE)
        .select_related("product", "condition", "consultation")
        .annotate(planned_units=Sum("sites__units"))
        .order_by("pk")
    ):
        found[plan.patient_id].append(plan)
    return found


def without_consent(plans: Sequence[Plan], formulary: Formulary) -> set[int]:
    """Return the plans (by pk) for which the newest answer to a consent that is needed is not a yes. One query.

    To the treatment always; to use outside the label where the label does not name the condition (R27). It may have
    been given about the plan or about its consultation.
    """
    plans_about: dict[UUID | None, list[int]] = defaultdict(list)
    for plan in plans:
        for about in about_plan(plan):
            plans_about[about].append(plan.pk)
    given: dict[tuple[int, str], bool] = {}
    answers = Consent.objects.filter(about_public_id__in=plans_about, kind__in=KINDS).order_by("at", "pk")
    for about_id, kind, is_given in answers.values_list("about_public_id", "kind", "is_given"):
        given |= {(pk, kind): is_given for pk in plans_about.get(about_id, ())}  # the newest stays
    return {plan.pk for plan in plans if not all(given.get((plan.pk, kind)) for kind in needed(plan, formulary))}


def needs_of(given: Iterable[tuple[int, Plan]], *, day: date) -> list[Need]:
    """Return what plans of `plans_in_use` need on a day, each at a location (by pk), in that order. One query.

    A plan without a site needs nothing yet. Units of different products are never added.
    """
    doses: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    names: dict[str, str] = {}
    for location_id, plan in given:
        if units := getattr(plan, "planned_units", None):
            doses[location_id, plan.product.key].append(units)
            names[plan.product.key] = plan.product.name
    sealed = _sealed(doses, day)
    return [
        Need(location, key, names[key], allot(each, sealed.get((location, key), ()), day))
        for (location, key), each in sorted(doses.items())
    ]


def _sealed(wanted: Iterable[tuple[int, str]], day: date) -> Mapping[tuple[int, str], list[Sealed]]:
    keys = list(wanted)
    found: dict[tuple[int, str], list[Sealed]] = defaultdict(list)
    rows = (
        Vial.objects.sealed()
        .usable_on(day)
        .filter(lot__location__in={location for location, _ in keys}, lot__product_key__in={key for _, key in keys})
        .select_related("lot")
    )
    for vial in rows:
        found[vial.lot.location_id, vial.lot.product_key].append(
            Sealed(ref=str(vial.public_id), units=vial.units, expires_on=vial.lot.expires_on)
        )
    return found
