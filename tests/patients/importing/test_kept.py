"""An import neither writes in a record that is kept by law nor takes anything out of it."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from clinic.lib.db import violated
from clinic.staff.models import User
from patients import closing
from patients.importing import deeds
from patients.models import HistoryItem, Import, Patient
from tests.patients.importing.making import HEAD, checked, run, saved, told
from tests.patients.making import NOW, client_of
from tests.patients.test_closing import restricted

pytestmark = pytest.mark.django_db
LINES = "patient,code,system,description,start\n1,111088007,SNOMED-CT,Latex,2009-09-27\n"
ALIVE = "2,91935009,SNOMED-CT,Peanut,2010-01-02\n"
KEPT = "record 1 (line 2): the record with this number is kept by law and closed: nothing is written in it"


@pytest.fixture
def asha(manager: User) -> Patient:
    saved(HEAD + "1,Asha,1970,F,,,en,\n2,Ravi,1971,M,,,en,\n", by=manager)
    return Patient.objects.get(source_key="1")


def saving(imported: Import) -> Import:
    deeds.ask_for_saving(imported=imported, by=imported.by, good_rows_only=True)
    return run(imported)


@pytest.mark.parametrize("is_merged", [True, False])
def test_a_line_of_a_record_that_is_kept_is_said_to_be_bad(asha: Patient, manager: User, is_merged: bool) -> None:
    kept = asha
    if is_merged:
        kept = Patient.objects.create(given_name="Survivor", location=asha.location, registered_at=NOW)
        Patient.objects.filter(pk=asha.pk).update(merged_into=kept)
    restricted(kept, manager)
    imported = checked(LINES + ALIVE, kind="allergies", by=manager)
    assert told(imported) == [KEPT]
    saving(imported)
    assert {item.patient.given_name for item in HistoryItem.objects.all()} == {"Ravi"}


@pytest.mark.parametrize("is_kept", [True, False])
def test_nothing_is_written_where_it_was_restricted_since_the_check(
    asha: Patient, manager: User, is_kept: bool
) -> None:
    imported = checked(LINES + ALIVE, kind="allergies", by=manager)
    if is_kept:
        restricted(asha, manager)
    saving(imported)
    written = {item.patient.given_name for item in HistoryItem.objects.all()}
    assert (written, told(imported)) == (({"Ravi"}, [KEPT]) if is_kept else ({"Ravi", "Asha"}, []))


def test_nothing_is_taken_out_until_the_restriction_is_lifted(asha: Patient, manager: User) -> None:
    imported = saved(LINES + ALIVE, kind="allergies", by=manager)
    restricted(asha, manager)
    page = client_of(manager).get(reverse("patients:import_undo", args=[imported.public_id])).content.decode()
    assert ("It cannot be undone now" in page, "btn-danger" in page) == (True, False)
    deeds.ask_for_undoing(imported=imported, by=manager)
    assert (run(imported).state, imported.failure) == (
        "done",
        f"kept by law, and nothing is taken out of it: record {asha.record_number}",
    )
    Import.objects.filter(pk=imported.pk).update(state="undoing")
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT patients_take_out_import(%s)", [imported.pk])
    assert violated(error.value) == "patients_import_leaves_what_is_kept"
    Import.objects.filter(pk=imported.pk).update(state="done")
    assert HistoryItem.objects.count() == 2
    closing.lift(patient=asha, because="Settled", by=manager, now=NOW)
    deeds.ask_for_undoing(imported=imported, by=manager)
    assert run(imported).state == "undone"
    assert not HistoryItem.objects.exists()
