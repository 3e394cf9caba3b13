"""What was found and decided, and what was planned: consultations with their goals, and treatment plans."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from patients.models import Patient
from scheduling.exporting.fhir.words import Element, concept, instant, notes, refer, resource, system, units_of
from treatments.models import Consultation, Goal, Plan
from treatments.models.plan import IntervalUnit, PlanState
from treatments.quantities import show_units

OUTPATIENT: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
STATUS: Final = {
    PlanState.DRAFT: "draft",
    PlanState.ACTIVE: "active",
    PlanState.PAUSED: "on-hold",
    PlanState.STOPPED: "revoked",
    PlanState.COMPLETED: "completed",
}
IN_HAND: Final = {"draft": "not-started", "active": "in-progress", "on-hold": "on-hold", "revoked": "stopped"}
UNITS_OF_TIME: Final = {IntervalUnit.DAYS: "d", IntervalUnit.WEEKS: "wk", IntervalUnit.MONTHS: "mo"}


def consultations(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each consultation as the visit that it was, then what was made of it, then the goals agreed."""
    rows = Consultation.objects.filter(patient__in=batch)
    rows = rows.select_related("patient", "clinician", "location", "condition")
    for consultation in rows.prefetch_related("assessments", "goals", "strategies", "addenda").order_by("pk"):
        yield _encounter(consultation)
        yield _impression(consultation)
        for goal in _in_order(consultation.goals.all()):
            yield _goal(consultation, goal)


def plans(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each plan as it stands: the interval as it was said, the sites in the words of its one activity."""
    rows = Plan.objects.filter(patient__in=batch)
    rows = rows.select_related("patient", "clinician", "consultation", "condition", "product")
    for plan in rows.prefetch_related("sites__muscle", "consultation__goals").order_by("pk"):
        yield _care_plan(plan)


def _encounter(held: Consultation) -> Element:
    return resource(
        "Encounter",
        held.public_id,
        status="finished" if held.is_signed else "in-progress",
        **{"class": OUTPATIENT},
        type=[concept("Consultation")],
        subject=refer("Patient", held.patient),
        participant=[{"individual": refer("Practitioner", held.clinician)}],
        period={"start": held.held_on.isoformat()},
        reasonCode=[_condition(held.condition)],
        location=[{"location": refer("Location", held.location)}],
    )


def _impression(held: Consultation) -> Element:
    """Return the judgement; each screening question with the patient's answer and what the clinician made of it."""
    decided = [held.get_decision_display() if held.decision else "", held.decision_reason]
    asked = sorted(held.assessments.all(), key=lambda one: one.pk)
    beside = (f"{one.what}{f', {one.since}' if one.since else ''}" for one in _in_order(held.strategies.all()))
    said = sorted(held.addenda.all(), key=lambda one: (one.at, one.pk))
    return resource(
        "ClinicalImpression",
        held.public_id,
        status="completed" if held.is_signed else "in-progress",
        subject=refer("Patient", held.patient),
        encounter=refer("Encounter", held),
        effectiveDateTime=held.held_on.isoformat(),
        date=instant(held.signed_at, held.location),
        assessor=refer("Practitioner", held.clinician),
        description=held.history,
        summary=". ".join(text for text in decided if text),
        finding=[
            {"itemCodeableConcept": concept(one.answer, (system("screening"), one.question_id)), "basis": one.note}
            for one in asked
        ],
        note=notes((held.examination, held.answer_to_patient, *beside, *(one.text for one in said))),
    )


def _goal(held: Consultation, goal: Goal) -> Element:
    return resource(
        "Goal",
        goal.public_id,
        lifecycleStatus="active" if held.is_signed else "proposed",
        description=concept(goal.text),
        subject=refer("Patient", held.patient),
        startDate=held.held_on.isoformat(),
        expressedBy=refer("Patient", held.patient),
        note=notes([goal.target]),
    )


def _care_plan(plan: Plan) -> Element:
    status, held = STATUS[PlanState(plan.state)], plan.consultation
    sites = sorted(plan.sites.all(), key=lambda site: (site.position, site.pk))
    return resource(
        "CarePlan",
        plan.public_id,
        status=status,
        intent="plan",
        category=[_condition(plan.condition)],
        title=plan.condition.name,
        subject=refer("Patient", plan.patient),
        encounter=refer("Encounter", held) if held else None,
        period={"start": plan.started_on.isoformat()} if plan.started_on else None,
        author=refer("Practitioner", plan.clinician),
        goal=[refer("Goal", goal) for goal in _in_order(held.goals.all())] if held else [],
        activity=[
            {
                "detail": {
                    "status": IN_HAND.get(status, status),
                    "statusReason": concept(plan.state_reason),
                    "scheduledTiming": {
                        "repeat": {
                            "frequency": 1,
                            "period": plan.interval_value,
                            "periodUnit": UNITS_OF_TIME[IntervalUnit(plan.interval_unit)],
                        }
                    },
                    "productCodeableConcept": concept(plan.product.name, (system("product"), plan.product.key)),
                    "quantity": units_of(sum((site.units for site in sites), Decimal(0))) if sites else None,
                    "description": "; ".join(
                        f"{site.muscle.name}, {site.side}: {show_units(site.units)}" for site in sites
                    ),
                }
            }
        ],
        note=notes([plan.note]),
    )


def _condition(condition: Any) -> Element | None:
    return concept(condition.name, (system("condition"), condition.key)) if condition else None


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.position, row.pk))
