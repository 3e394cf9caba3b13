"""A record in FHIR's words: valid for somebody else's models, true to ours, and what the cases ask for."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B.appointment import Appointment as FhirAppointment
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.patient import Patient as FhirPatient
from pydantic import ValidationError

from clinic.embedded.home import CHECKOUT
from clinic.lib import clock
from clinic.locations.models import Location
from patients.birth import Birth
from patients.consents import record_consent
from patients.ending import end
from patients.models import Patient
from patients.questionnaire import steps_of
from patients.register import ContactFacts, add_contact
from scheduling.exporting import scope
from scheduling.exporting.fhir.bundle import bundled, resources
from scheduling.models import Appointment, AppointmentState
from tests.clinic.world import World
from tests.patients.intake_making import filled, invited
from tests.patients.making import member, person, place
from tests.patients.register_making import in_the_register
from tests.scheduling.exporting.making import KINDS, fill_up
from tests.scheduling.exporting.reading import resources_in, resources_of
from treatments.models import Score

SAMPLES = CHECKOUT / "tests" / "files" / "fhir"
ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
LAKSHMI = Birth(date(1988, 11, 23), "day")


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"fhir_{name}.json").read_text())
    return found


def leaves(element: Any) -> Iterator[Any]:
    """Every value in a resource."""
    if isinstance(element, dict):
        element = list(element.values())
    if isinstance(element, list):
        for one in element:
            yield from leaves(one)
    else:
        yield element


def all_of(the: World) -> list[dict[str, Any]]:
    return resources_in(bundled(Patient.objects.all()))


@pytest.mark.django_db
def test_btx_076_one_name_a_number_with_its_zeros_and_whose_it_is(settings: Any) -> None:
    """BTX-076: as the good sample, but that our record number is a number: theirs is the one it came with."""
    settings.PUBLIC_URL = "https://clinic.example.org"
    patient = person("Lakshmi", "", birth=LAKSHMI, sex="female")
    Patient.objects.filter(pk=patient.pk).update(source_key="000102")
    (written,) = resources_of(Patient.objects.get(), "Patient")
    good = sample("good_patient_mononym")
    for element in ("active", "name", "gender", "birthDate"):
        assert written[element] == good[element]
    assert written["identifier"] == [
        {
            "use": "usual",
            "system": "https://clinic.example.org/fhir/sid/record-number",
            "value": str(patient.record_number),
        },
        {"use": "secondary", "system": "https://clinic.example.org/fhir/sid/number-before", "value": "000102"},
    ]
    FhirPatient.model_validate(written)


@pytest.mark.django_db
def test_health_account_numbers_elsewhere_and_contacts_go_along(settings: Any) -> None:
    settings.PUBLIC_URL = "https://clinic.example.org"
    patient, user = person(abha_number="91123456789012", abha_address="asha.rao@abdm"), member()
    in_the_register(patient, user, clock.now())
    ended = add_contact(
        patient=patient, facts=ContactFacts(name="Dev", relation="parent", is_guardian=True), by=user, now=clock.now()
    )
    end(ended, verb="patient.contact_ended", by=user, now=clock.now())
    (written,) = resources_of(patient, "Patient")
    FhirPatient.model_validate(written)
    sid = "https://clinic.example.org/fhir/sid"
    assert written["identifier"][1:] == [
        {"use": "official", "system": f"{sid}/abha-number", "value": "91123456789012"},
        {"use": "official", "system": f"{sid}/abha-address", "value": "asha.rao@abdm"},
        {
            "use": "secondary",
            "type": {"text": "Record number elsewhere"},
            "value": "H-778",
            "assigner": {"display": "Civil Hospital"},
        },
    ]
    role = {"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "C"}
    assert written["contact"] == [
        {
            "relationship": [{"text": "Wife or husband", "coding": [role]}],
            "name": {"text": "Meena Rao"},
            "telecom": [{"system": "phone", "value": "+919876500199"}],
        }
    ]


def test_btx_076_077_079_the_good_samples_pass_the_models_and_the_bad_ones_do_not() -> None:
    """The control: what is asked of our bundles below does refuse something."""
    FhirPatient.model_validate(sample("good_patient_mononym"))
    FhirPatient.model_validate(sample("good_patient_year_only"))
    FhirAppointment.model_validate(sample("good_appointment"))
    with pytest.raises(ValidationError):
        FhirPatient.model_validate(sample("bad_patient_mononym"))
    with pytest.raises(ValidationError):
        FhirAppointment.model_validate(sample("bad_appointment"))


def test_a_bundle_of_everything_is_valid_for_somebody_elses_models(the: World) -> None:
    fill_up(the.here)
    bundle = json.loads("".join(bundled(Patient.objects.all())))
    Bundle.model_validate(bundle)
    assert {entry["resource"]["resourceType"] for entry in bundle["entry"]} == KINDS


@pytest.mark.django_db
def test_a_bundle_of_nobody_has_no_empty_list() -> None:
    bundle = json.loads("".join(bundled(Patient.objects.none())))
    assert bundle == {"resourceType": "Bundle", "type": "collection"}


@pytest.mark.django_db
def test_a_space_that_fhir_does_not_know_is_an_ordinary_one() -> None:
    """Found by the JSON schema of R4, which the models of the tests let pass."""
    (written,) = resources_of(person("Asha", address="12\u00a0Ring\u202fRoad\nAhmedabad"), "Patient")
    assert written["address"] == [{"text": "12 Ring Road\nAhmedabad"}]


def test_what_a_reference_names_stands_in_the_bundle_and_each_thing_once(the: World) -> None:
    bundle = json.loads("".join(bundled(scope.one(the.here.treated))))
    named = re.findall(r'"reference": "([^"]+)"', "".join(bundled(scope.one(the.here.treated))))
    here = [f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle["entry"]]
    assert set(named) - set(here) == set()
    assert len(here) == len(set(here))
    assert [entry["fullUrl"].split("/fhir/")[1] for entry in bundle["entry"]] == here


def test_nothing_is_empty_and_every_time_says_its_offset(the: World) -> None:
    """BTX-077, BTX-076: no empty text, and no time without seconds and offset."""
    values = list(leaves(all_of(the)))
    assert "" not in values
    times = [value for value in values if isinstance(value, str) and A_TIME.match(value)]
    assert len(times) > 20
    assert [value for value in times if not ZONED.fullmatch(value)] == []


def test_btx_077_an_appointment_is_by_the_clock_of_its_location(the: World) -> None:
    """BTX-077: +05:30, and +05:45 in Kathmandu; the end after the start; a date of birth has no time."""
    patient, visit = the.here.patient, the.here.visit
    (written,) = resources_of(patient, "Appointment")
    assert (written["start"][10:], written["end"][10:]) == ("T10:30:00+05:30", "T11:00:00+05:30")
    assert written["status"] == "booked"
    assert [one["actor"]["reference"].split("/")[0] for one in written["participant"]] == [
        "Patient", "Practitioner", "Location",
    ]  # fmt: skip
    Location.objects.filter(pk=visit.location.pk).update(time_zone="Asia/Kathmandu")
    (written,) = resources_of(patient, "Appointment")
    assert (written["start"][10:], written["end"][10:]) == ("T10:45:00+05:45", "T11:15:00+05:45")
    FhirAppointment.model_validate(written)
    assert resources_of(patient, "Patient")[0]["birthDate"] == "1984-05-06"


@pytest.mark.parametrize(
    ("state", "status"),
    [("left", "cancelled"), ("no_show", "noshow"), ("completed", "fulfilled"), ("in_room", "checked-in")],
)
def test_a_visit_that_ended_says_how(the: World, state: str, status: str) -> None:
    Appointment.objects.filter(pk=the.here.visit.pk).update(state=state, ended_at=clock.now())
    (written,) = resources_of(the.here.patient, "Appointment")
    assert written["status"] == status
    coded = [one["code"] for one in written.get("cancelationReason", {}).get("coding", [])]
    assert coded == (["pat-lwbs"] if state == AppointmentState.LEFT else [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("birth", "written"),
    [
        (Birth(date(1951, 1, 1), "year"), "1951"),
        (Birth(date(1951, 6, 1), "month"), "1951-06"),
        (Birth(date(1951, 1, 1), "about"), "1951"),
        (Birth(None, "unknown"), None),
    ],
)
def test_btx_079_a_date_of_birth_is_no_more_exact_than_known(birth: Birth, written: str | None) -> None:
    """BTX-079: never a made-up day; unknown is absent; about a year says that it is."""
    (patient,) = resources_of(person("Savitri Bai", "", birth=birth), "Patient")
    assert patient.get("birthDate") == written
    assert ("_birthDate" in patient) == (birth.precision == "about")
    FhirPatient.model_validate(patient)


@pytest.mark.django_db
def test_btx_079_the_month_an_illness_began_stays_a_month(now: datetime) -> None:
    intake = invited(now)
    asked = next(one.id for step in steps_of(intake.questionnaire) for one in step.questions if one.kind == "since")
    filled(intake, now, **{asked: "2019-06"})
    (written,) = resources_of(intake.patient, "QuestionnaireResponse")
    assert written["status"] == "in-progress"
    assert [item["answer"] for item in written["item"] if item["linkId"] == asked] == [[{"valueDate": "2019-06"}]]


def test_btx_080_units_are_the_products_own_and_the_lot_is_text(the: World) -> None:
    """BTX-080: a JSON number, UCUM's arbitrary units, the product by name, the lot as printed."""
    given = the.here.signed
    type(the.here.lot).objects.filter(pk=the.here.lot.pk).update(number="0012345")
    (written,) = resources_of(the.here.treated, "MedicationAdministration")
    assert written["dosage"]["dose"] == {
        "value": int(given.total_units or 0), "unit": "units", "system": "http://unitsofmeasure.org", "code": "[arb'U]",
    }  # fmt: skip
    assert '"value": 20,' in json.dumps(written)
    (lot,) = resources_of(the.here.treated, "Medication")
    assert written["medicationReference"] == {"reference": f"Medication/{lot['id']}"}
    assert lot["batch"]["lotNumber"] == "0012345"
    assert lot["code"]["coding"][0]["code"] == "onabotulinumtoxinA"
    assert (written["status"], written["partOf"]) == ("completed", [{"reference": f"Procedure/{given.public_id}"}])


def test_a_corrected_score_is_marked_and_the_later_one_counts(the: World) -> None:
    old = the.here.outcome.score
    Score.objects.create(
        patient=old.patient, instrument=old.instrument, value=Decimal("2.50"), taken_on=old.taken_on, corrects=old,
        recorded_at=clock.now(),
    )  # fmt: skip
    found = {one["id"]: one for one in resources_of(the.here.treated, "Observation")}
    new = next(one for key, one in found.items() if key != str(old.public_id))
    assert (found[str(old.public_id)]["status"], new["status"]) == ("entered-in-error", "corrected")
    assert new["valueQuantity"] == {"value": 2.5}


def test_a_consent_carries_its_words_and_the_newest_holds(the: World) -> None:
    patient = the.here.treated
    for is_given in (True, False):
        now = clock.now() + timedelta(minutes=0 if is_given else 1)
        record_consent(patient=patient, kind="data_use", is_given=is_given, by=None, now=now)
    found = [one for one in resources_of(patient, "Consent") if one["category"][0]["text"] == "data use"]
    assert [one["status"] for one in found] == ["inactive", "rejected"]
    assert [one["provision"]["type"] for one in found] == ["permit", "deny"]
    words = patient.consents.filter(kind="data_use").first().wording.text
    assert b64decode(found[0]["sourceAttachment"]["data"]).decode() == words


def test_an_adverse_event_is_as_last_known_and_one_by_mistake_is_none(the: World) -> None:
    (written,) = resources_of(the.here.treated, "AdverseEvent")
    assert (written["event"]["text"], written["outcome"]["coding"][0]["code"]) == ("Trouble swallowing", "ongoing")
    assert written["suspectEntity"][0]["instance"] == {"reference": f"Procedure/{the.here.signed.public_id}"}
    last = the.here.event.entries.order_by("-number")[0]
    last.pk, last.public_id = None, uuid4()
    last.number, last.is_struck, last.note = last.number + 1, True, "By mistake."
    last.save(force_insert=True)
    assert resources_of(the.here.treated, "AdverseEvent") == []


def test_a_merged_record_is_replaced_by_the_one_that_goes_on(the: World) -> None:
    older = person("Meenal", "Trivedi", at=place("Here"))
    Patient.objects.filter(pk=older.pk).update(merged_into=the.here.treated)
    survivor, merged = resources_of(the.here.treated, "Patient")
    assert merged["link"] == [{"other": {"reference": f"Patient/{survivor['id']}"}, "type": "replaced-by"}]
    assert survivor["link"] == [{"other": {"reference": f"Patient/{merged['id']}"}, "type": "replaces"}]
    assert (survivor["active"], merged["active"]) == (True, False)


def test_two_bundles_are_the_same_text_and_more_patients_cost_no_more_questions(the: World) -> None:
    """But for documents, whose bytes are read piece by piece."""
    one, everybody = scope.one(the.here.treated), Patient.objects.filter(documents__isnull=True)
    assert "".join(bundled(one)) == "".join(bundled(one))
    counts = []
    for records in (one, everybody):
        with CaptureQueriesContext(connection) as asked:
            list(resources(records))
        counts.append(len(asked))
    assert counts[0] == counts[1]
