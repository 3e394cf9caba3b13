"""What was found, decided and planned, and toxin given elsewhere, in FHIR's words."""

from datetime import date

import pytest
from fhir.resources.R4B.clinicalimpression import ClinicalImpression as FhirImpression
from fhir.resources.R4B.encounter import Encounter as FhirEncounter
from fhir.resources.R4B.goal import Goal as FhirGoal

from clinic.lib import clock
from scheduling.exporting.fhir.intentions import IN_HAND, STATUS
from tests.clinic.world import World
from tests.scheduling.exporting.reading import resources_of
from treatments.elsewhere import Span
from treatments.models import Goal, Strategy
from treatments.models.elsewhere import SaidBy
from treatments.models.plan import Plan, PlanState
from treatments.noting import Told, correct_elsewhere


def test_a_plan_says_its_interval_as_it_was_said_and_each_site(the: World) -> None:
    plan = the.here.plan
    (written,) = resources_of(the.here.treated, "CarePlan")
    assert (written["status"], written["intent"], written["title"]) == ("active", "plan", "Chronic migraine")
    detail = written["activity"][0]["detail"]
    assert detail["scheduledTiming"] == {"repeat": {"frequency": 1, "period": 12, "periodUnit": "wk"}}
    assert detail["quantity"] == {
        "value": 20, "unit": "units", "system": "http://unitsofmeasure.org", "code": "[arb'U]",
    }  # fmt: skip
    assert detail["productCodeableConcept"]["coding"][0]["code"] == "onabotulinumtoxinA"
    assert detail["description"].count("; ") == plan.sites.count() - 1
    assert written["encounter"] == {"reference": f"Encounter/{the.here.consulted.public_id}"}


@pytest.mark.parametrize(
    ("state", "reason", "status", "in_hand"),
    [
        ("draft", "", "draft", "not-started"),
        ("paused", "Expects a child", "on-hold", "on-hold"),
        ("stopped", "Moved away", "revoked", "stopped"),
        ("completed", "", "completed", "completed"),
    ],
)
def test_a_plan_that_is_not_in_use_says_why(the: World, state: str, reason: str, status: str, in_hand: str) -> None:
    Plan.objects.filter(pk=the.here.plan.pk).update(state=state, state_reason=reason)
    (written,) = resources_of(the.here.treated, "CarePlan")
    detail = written["activity"][0]["detail"]
    assert (written["status"], detail["status"], detail.get("statusReason", {}).get("text", "")) == (
        status, in_hand, reason,
    )  # fmt: skip
    assert set(STATUS) == set(PlanState)
    assert set(IN_HAND) <= set(STATUS.values())


def test_a_consultation_is_a_visit_a_judgement_and_the_goals_agreed(the: World) -> None:
    held = the.here.patient
    unsigned = the.here.consultation
    Goal.objects.create(consultation=unsigned, text="Play the sitar again", target="an hour a day")
    Strategy.objects.create(consultation=unsigned, what="Physiotherapy", since="May")
    type(unsigned).objects.filter(pk=unsigned.pk).update(history="Since the fall", examination="Tender")
    (visit,) = resources_of(held, "Encounter")
    (judged,) = resources_of(held, "ClinicalImpression")
    (goal,) = resources_of(held, "Goal")
    assert (visit["status"], visit["class"]["code"], judged["status"]) == ("in-progress", "AMB", "in-progress")
    assert visit["period"] == {"start": unsigned.held_on.isoformat()}
    assert (judged["description"], [one["text"] for one in judged["note"]]) == (
        "Since the fall", ["Tender", "Physiotherapy, May"],
    )  # fmt: skip
    assert (goal["lifecycleStatus"], goal["description"]["text"], goal["note"]) == (
        "proposed", "Play the sitar again", [{"text": "an hour a day"}],
    )  # fmt: skip
    (signed,) = resources_of(the.here.treated, "ClinicalImpression")
    assert (signed["status"], signed["summary"].split(".")[0]) == ("completed", "Suitable: treat")
    for model, resource in ((FhirEncounter, visit), (FhirImpression, judged), (FhirGoal, goal)):
        model.model_validate(resource)


def test_toxin_elsewhere_is_known_to_its_month_and_a_correction_says_so(the: World) -> None:
    """BTX-079: the month stays a month; BTX-080: units of nobody knows what are no product's."""
    told = Told(span=Span(date(2019, 6, 1), "month"), said_by=SaidBy.RELATIVE, clinic="Other Clinic")
    correct_elsewhere(row=the.here.elsewhere, told=told, reason="Was June", by=the.here.doctor, now=clock.now())
    first, second = resources_of(the.here.treated, "MedicationStatement")
    assert (first["status"], first["effectiveDateTime"]) == ("entered-in-error", "2024-05")
    assert (second["status"], second["effectiveDateTime"]) == ("completed", "2019-06")
    assert second["medicationCodeableConcept"] == {"text": "Botulinum toxin, product not known"}
    assert [one["text"] for one in second["note"]] == ["A relative", "Other Clinic", "Was June"]
    assert ("informationSource" in first, "informationSource" in second) == (True, False)
    assert ("dosage" in first, "dosage" in second) == (False, False)
