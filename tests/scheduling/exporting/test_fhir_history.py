"""Allergies, problems and medicines as another system had them, in FHIR's words."""

from datetime import date

import pytest
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from clinic.staff.models import Role
from patients.intake import submit
from patients.models import Patient
from patients.taking_over import take_back
from patients.taking_over_health import take_line_over
from tests.patients.intake_making import filled, invited
from tests.patients.making import member, person
from tests.scheduling.exporting.making import line
from tests.scheduling.exporting.reading import resources_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return person()


def test_an_allergy_keeps_its_code_and_what_it_does(patient: Patient) -> None:
    """The first line of synthea/allergies.csv."""
    line(
        patient, "allergy", code_system="SNOMED-CT", code="111088007", description="Latex (substance)",
        category="environment", started_on=date(2009, 9, 27),
        reactions=[{"code": "418290006", "description": "Itching (finding)", "severity": "MODERATE"}],
    )  # fmt: skip
    (written,) = resources_of(patient, "AllergyIntolerance")
    snomed = "http://snomed.info/sct"
    assert written["code"] == {"text": "Latex (substance)", "coding": [{"system": snomed, "code": "111088007"}]}
    assert (written["category"], written["onsetDateTime"]) == (["environment"], "2009-09-27")
    assert written["clinicalStatus"]["coding"][0]["code"] == "active"
    assert written["reaction"] == [
        {
            "manifestation": [{"text": "Itching (finding)", "coding": [{"system": snomed, "code": "418290006"}]}],
            "severity": "moderate",
        }
    ]


def test_a_problem_that_is_over_says_until_when_and_a_medicine_why(patient: Patient) -> None:
    line(patient, "problem", description="Viral pharyngitis", started_on=date(2023, 1, 27), stopped_on=date(2023, 2, 9))
    line(patient, "medicine", code_system="Ours", code="L5", description="Loratadine 5 mg", reason="Hay fever")
    (problem,) = resources_of(patient, "Condition")
    (medicine,) = resources_of(patient, "MedicationStatement")
    assert (problem["onsetDateTime"], problem["abatementDateTime"]) == ("2023-01-27", "2023-02-09")
    assert problem["clinicalStatus"]["coding"][0]["code"] == "resolved"
    assert (medicine["status"], medicine["reasonCode"], medicine["note"]) == (
        "active", [{"text": "Hay fever"}], [{"text": "Ours"}],
    )  # fmt: skip
    assert medicine["medicationCodeableConcept"]["coding"][0]["system"].endswith("/fhir/sid/code")


def test_what_was_told_in_a_form_says_so_while_it_stands() -> None:
    now, doctor = timezone.now(), member(Role.CLINICIAN)
    form = submit(intake=filled(invited(now), now, medicines="Warfarin 5 mg", illnesses="none"), by=None, now=now)
    take_line_over(intake=form, field="medicines.0", by=doctor, now=now)
    (medicine,) = resources_of(form.patient, "MedicationStatement")
    assert (medicine["status"], medicine["medicationCodeableConcept"]) == ("active", {"text": "Warfarin 5 mg"})
    assert medicine["note"] == [{"text": "As the patient told it in a form; a clinician took it over."}]
    take_back(intake=form, field="medicines.0", by=doctor, now=now)
    assert resources_of(form.patient, "MedicationStatement") == []


def test_all_of_it_is_valid(patient: Patient) -> None:
    line(patient, "allergy", description="Dust")
    line(patient, "medicine", description="Loratadine")
    entries = [{"resource": resource} for resource in resources_of(patient)]
    Bundle.model_validate({"resourceType": "Bundle", "type": "collection", "entry": entries})
