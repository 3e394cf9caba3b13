"""What exports are asked to hand over: the history that another system knew, and every kind of a bundle's resources."""

from datetime import date
from typing import Final

from patients.models import HistoryItem, Patient
from tests.clinic.world import Place
from tests.patients.importing.making import brought
from treatments.models import Goal

KINDS: Final = {
    "AdverseEvent", "AllergyIntolerance", "Appointment", "CarePlan", "ClinicalImpression", "Condition", "Consent",
    "DocumentReference", "Encounter", "Goal", "Location", "Medication", "MedicationAdministration",
    "MedicationStatement", "Observation", "Patient", "Practitioner", "Procedure", "QuestionnaireResponse",
}  # fmt: skip
"""What stands in a bundle of everything."""


def line(patient: Patient, kind: str, **facts: object) -> HistoryItem:
    """One line of the history, as an import leaves it."""
    imported = brought("name,phone\nAsha,\n")
    return HistoryItem.objects.create(
        patient=patient, kind=kind, source_key=f"{kind}{HistoryItem.objects.count()}", brought_by=imported, **facts
    )


def fill_up(here: Place) -> None:
    """What the tests' clinic lacks of the kinds: a goal, an allergy with reactions, a problem, a medicine and why."""
    Goal.objects.create(consultation=here.consultation, text="Play the sitar again", target="an hour a day")
    reactions = [
        {"code": "418290006", "description": "Itching (finding)", "severity": "MODERATE"},
        {"code": "", "description": "Wheal", "severity": ""},
    ]
    line(
        here.treated, "allergy", code_system="SNOMED-CT", code="111088007", description="Latex (substance)",
        category="environment", started_on=date(2009, 9, 27), reactions=reactions,
    )  # fmt: skip
    over = {"started_on": date(2023, 1, 27), "stopped_on": date(2023, 2, 9)}
    line(here.treated, "problem", description="Viral pharyngitis", **over)
    line(here.treated, "medicine", code_system="Ours", code="L5", description="Loratadine 5 mg", reason="Hay fever")
