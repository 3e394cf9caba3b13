"""Taking back an import: asked before it is done, whole or not at all, and what is said afterwards."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.audit.trail import record
from clinic.staff.models import User
from patients.importing import deeds
from patients.intake import invite
from patients.models import HistoryItem, Import, ImportRow, Patient
from tests.patients.importing.making import HEAD, run, saved
from tests.patients.making import ASHA, NOW, person

THREE = HEAD + "1,Asha,1970,F,,,en,\n2,Ravi,1971,M,,,en,\n3,Meera,1972,F,,,en,\n"
NEVER_ALIKE = {"id", "public_id", "record_number", "source_key", "registered_at", "pgh_id", "pgh_created_at"}


def shown(browser: Client, name: str, imported: Import) -> str:
    """The page that an address leads to."""
    answer = browser.get(reverse(f"patients:{name}", args=[imported.public_id]), follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db
def test_import_is_undone_while_nobody_was_touched() -> None:
    imported = saved(THREE)
    deeds.ask_for_undoing(imported=imported, by=None)
    assert run(imported).state == "undone"
    assert not Patient.objects.exists()
    assert Entry.objects.filter(verb="patient.taken_out").count() == 3
    assert saved(THREE).count("new") == 3


@pytest.mark.django_db
def test_import_is_not_undone_once_somebody_was_touched() -> None:
    imported = saved(THREE)
    ravi = Patient.objects.get(source_key="2")
    invite(patient=ravi, by=None, now=NOW)
    deeds.ask_for_undoing(imported=imported, by=None)
    assert (run(imported).state, imported.failure) == (
        "done",
        f"something was written since about record {ravi.record_number}",
    )
    assert Patient.objects.count() == 3


@pytest.mark.django_db
def test_database_takes_nobody_out_but_for_an_import_that_is_being_undone() -> None:
    imported = saved(THREE)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT patients_take_out_import(%s)", [imported.pk])
    assert Patient.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("says_so_too", [True, False])
def test_database_takes_nobody_out_who_was_registered_by_hand(says_so_too: bool) -> None:
    """The app writes rows of files and lines of the trail: neither makes an import's of who has a line of the desk."""
    imported, asha = saved(THREE), person(birth=ASHA)
    ImportRow.objects.create(of=imported, number=9, line=9, outcome="new", public_id=asha.public_id)
    Import.objects.filter(pk=imported.pk).update(state="undoing")
    Patient.objects.filter(pk=asha.pk).update(registered_at=imported.saved_at)
    if says_so_too:
        with transaction.atomic():
            record(by=None, verb="patient.registered", thing=asha, detail={"import": str(imported.public_id)})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT patients_take_out_import(%s)", [imported.pk])
    assert Patient.objects.count() == 4


@pytest.mark.django_db
def test_what_undoing_takes_out_is_said_before_and_what_it_took_after(browser: Client, manager: User) -> None:
    person(birth=ASHA)
    imported = saved(HEAD + "1,Asha Rao,31/01/1970,F,,,en,\n2,Ravi,1971,M,,,en,\n3,Meera,1972,F,,,en,\n", by=manager)
    asked = shown(browser, "import_undo", imported)
    assert "2 people will be taken out" in asked
    assert "Take 2 people out" in asked
    assert Patient.objects.count() == 3
    browser.post(reverse("patients:import_undo", args=[imported.public_id]))
    run(imported)
    assert Patient.objects.count() == 1
    assert not ImportRow.objects.exists()
    page = shown(browser, "importing", imported)
    assert "2 people were taken out again" in page
    assert "Bring a file" in page
    assert "1 to decide" not in page
    assert "This import has moved on meanwhile" in shown(browser, "import_undo", imported)


@pytest.mark.django_db
def test_who_was_used_since_is_named_and_nothing_can_be_pressed(browser: Client, manager: User) -> None:
    imported = saved(THREE, by=manager)
    ravi = Patient.objects.get(source_key="2")
    invite(patient=ravi, by=None, now=NOW)
    page = shown(browser, "import_undo", imported)
    assert "Something was written about 1 person<" in page
    assert reverse("patients:detail", args=[ravi.public_id]) in page
    assert f'action="{reverse("patients:import_undo", args=[imported.public_id])}"' not in page


@pytest.mark.django_db
def test_all_who_were_used_since_are_counted_and_the_first_ten_named(browser: Client, manager: User) -> None:
    imported = saved(HEAD + "".join(f"{n},Ravi,{1900 + n},M,,,en,\n" for n in range(1, 13)), by=manager)
    for one in Patient.objects.filter(source_key__isnull=False):
        invite(patient=one, by=None, now=NOW)
    Patient.objects.filter(source_key="3").update(version=2)
    page = shown(browser, "import_undo", imported)
    assert "Something was written about 12 people The first 10:" in page
    assert page.count(reverse("patients:detail", args=[Patient.objects.get(source_key="3").public_id])) == 1


@pytest.mark.django_db
def test_lines_of_a_history_are_counted_as_lines(browser: Client, manager: User) -> None:
    saved(HEAD + "1,Ravi,1971,M,,,en,\n", by=manager)
    content = "patient,code,system,description,start\n1,111088007,SNOMED-CT,Latex,2009-09-27\n"
    imported = saved(content, kind="allergies", by=manager)
    assert "1 line will be taken out of the charts" in shown(browser, "import_undo", imported)
    browser.post(reverse("patients:import_undo", args=[imported.public_id]))
    run(imported)
    assert not HistoryItem.objects.exists()
    assert "1 line was taken out of the charts again" in shown(browser, "importing", imported)


@pytest.mark.django_db
def test_import_that_saved_nobody_has_nothing_to_undo(browser: Client, manager: User) -> None:
    saved(HEAD + "1,Ravi,1971,M,,,en,\n", by=manager)
    again = saved(HEAD + "1,Ravi,1971,M,,,en,\n", by=manager)
    assert "There is nothing to take out" in shown(browser, "import_undo", again)
