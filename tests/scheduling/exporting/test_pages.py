"""Who takes a record along, what is written down of it, and what they get. Roles are asked in tests/clinic."""

import json

from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role
from patients.models import Patient
from tests.clinic.world import World
from tests.patients.making import person
from tests.scheduling.exporting.reading import body, tables_in


def test_a_patients_tables_are_handed_out_and_who_took_them_is_written_down(the: World) -> None:
    patient = the.here.treated
    answer = the.browser(Role.CLINICIAN).post(
        reverse("scheduling:export_patient_file", args=[patient.public_id, "tables"])
    )
    line = Entry.objects.get(verb="record.exported")
    assert (line.by, line.patient_public_id, line.detail) == (the.here.doctor, patient.public_id, {"form": "tables"})
    assert answer["Content-Disposition"] == f'attachment; filename="record-{patient.record_number}.zip"'
    assert answer["Cache-Control"] == "no-store"
    assert [row["given_name"] for row in tables_in(body(answer))["patient"]] == ["Treated Here"]


def test_a_patients_bundle_is_handed_out(the: World) -> None:
    answer = the.browser(Role.MANAGER).post(
        reverse("scheduling:export_patient_file", args=[the.here.treated.public_id, "fhir"])
    )
    assert answer["Content-Type"] == "application/fhir+json"
    assert json.loads(body(answer))["resourceType"] == "Bundle"


def test_the_page_of_a_merged_record_leads_to_the_one_that_goes_on(the: World) -> None:
    merged = person("Minal", at=the.here.location)
    Patient.objects.filter(pk=merged.pk).update(merged_into=the.here.treated)
    answer = the.browser(Role.MANAGER).get(reverse("scheduling:export_patient", args=[merged.public_id]))
    assert answer["Location"] == reverse("scheduling:export_patient", args=[the.here.treated.public_id])
