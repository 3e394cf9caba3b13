"""The pages of imports: from a file to people, to decisions, to undoing; whose they are; what a stale press is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.importing import deeds
from patients.models import HistoryItem, Import, Patient
from tests.patients.importing.making import FILES, HEAD, brought, checked, run, saved
from tests.patients.making import NOW, client_of, member, place

ASHA_ROW = "1,Asha Rao,31/01/1970,F,,,en,\n"
TWO = "2,Ravi,1971,M,,,en,\n3,Meera,1972,F,,,en,\n"


def page(browser: Client, imported: Import) -> str:
    answer = browser.get(reverse("patients:importing", args=[imported.public_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def press(browser: Client, name: str, thing: Any, **data: str) -> str:
    """The page that a press leads to."""
    answer = browser.post(reverse(f"patients:{name}", args=[thing.public_id]), data, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def sent(browser: Client, content: bytes, name: str = "people.csv") -> Any:
    data = {"file": SimpleUploadedFile(name, content), "location": str(place().public_id)}
    return browser.post(reverse("patients:imports"), data, follow=True)


def chosen(imported: Import, **more: str) -> dict[str, str]:
    """What the form of the columns sends when nothing in it was changed."""
    wanted = {head: target for target, head in imported.columns.items()}
    columns = {f"column_{at}": wanted.get(head, "") for at, head in enumerate(imported.heads)}
    said = {"kind": imported.kind, "encoding": imported.encoding, "date_order": imported.date_order}
    return said | columns | more


@pytest.mark.django_db
def test_manager_brings_a_file_sees_it_read_has_it_checked_saved_and_undone(browser: Client) -> None:
    sent(browser, (HEAD + TWO).encode())
    imported = Import.objects.get()
    shown = page(browser, imported)
    assert "Ravi" in shown
    assert "Check all rows" in shown
    shown = press(browser, "import_choose", imported, **chosen(imported, then="check"))
    assert "Rows are read and looked up; nothing is saved yet" in shown
    run(imported)
    assert not Patient.objects.exists()
    assert "Save all of it" in page(browser, imported)
    press(browser, "import_save", imported)
    run(imported)
    assert Patient.objects.count() == 2
    assert "What came of it" in page(browser, imported)
    press(browser, "import_undo", imported)
    run(imported)
    assert not Patient.objects.exists()
    trail = Entry.objects.filter(thing_public_id=imported.public_id).order_by("pk")
    assert list(trail.values_list("verb", flat=True)) == [
        "import.begun",
        "import.check_asked",
        "import.saving_asked",
        "import.saved",
        "import.undoing_asked",
        "import.undone",
    ]


@pytest.mark.django_db
def test_btx_068_file_that_is_no_table_is_refused_beside_the_field(browser: Client) -> None:
    answer = sent(browser, (FILES / "patients_duplicate_headers.csv").read_bytes())
    assert "This file cannot be read: a column stands twice: phone." in answer.content.decode()
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_picture_is_told_to_be_one_beside_the_field(browser: Client) -> None:
    shown = sent(browser, b"\x89PNG\r\n\x1a\n\x00", name="page.png").content.decode()
    assert "This is a picture, not a table. Save it as CSV or XLSX." in shown
    assert "cannot be read" not in shown
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_btx_064_065_doubtful_letters_and_the_other_order_are_shown_before_saving(
    browser: Client, manager: User
) -> None:
    content = (HEAD + "1,Zoë Marchetti,12/25/1984,F,,,en,\n").encode("cp1252")
    imported = brought(content, by=manager)
    shown = page(browser, imported)
    assert "Zoë Marchetti" in " ".join(shown.split("Look at these")[0].split())
    assert "Every date that tells fits month/day/year, and day/month/year is chosen." in shown
    press(browser, "import_choose", imported, **chosen(imported, then="look", date_order="month"))
    assert "Every date that tells" not in page(browser, imported)
    assert "25 Dec 1984" in page(browser, imported)


@pytest.mark.django_db
def test_file_with_the_columns_of_an_earlier_one_says_so_until_it_is_read_otherwise(
    browser: Client, manager: User
) -> None:
    saved(HEAD + TWO, name="january.csv", by=manager)
    imported = brought(HEAD + TWO, by=manager)
    assert "It has the columns of january.csv of" in page(browser, imported)
    press(browser, "import_choose", imported, **chosen(imported, then="look", date_order="month"))
    assert "It has the columns of" not in page(browser, imported)


@pytest.mark.django_db
def test_btx_065_order_that_fits_fewer_dates_is_told(browser: Client, manager: User) -> None:
    rows = "1,Zoe,12/25/1984,F,,,en,\n2,Ines,11/30/1958,F,,,en,\n3,Omar,31/01/1970,M,,,en,\n"
    shown = page(browser, brought(HEAD + rows, by=manager))
    assert "More dates fit month/day/year (2) than day/month/year (1), which is chosen." in shown


@pytest.mark.django_db
def test_two_columns_for_one_thing_and_a_missing_one_are_told(browser: Client, manager: User) -> None:
    imported = brought("nr,a,b\n1,Asha,Rao\n", by=manager)
    said = chosen(imported, column_1="given_name", column_2="given_name", then="check")
    assert "Two columns cannot both be “Name”." in press(browser, "import_choose", imported, **said)
    said = chosen(imported, column_1="given_name", then="check")
    assert "Say which column is “Number in the other system”" in press(browser, "import_choose", imported, **said)
    imported.refresh_from_db()
    assert imported.state == "choosing"


@pytest.mark.django_db
def test_btx_067_bad_rows_are_named_and_handed_out_with_the_reason(browser: Client, manager: User) -> None:
    imported = checked((FILES / "patients_partial_failure.csv").read_bytes(), by=manager)
    assert "record 3 (line 4)" in page(browser, imported)
    assert "Nothing was saved" in press(browser, "import_save", imported)
    press(browser, "import_save", imported, rows="good")
    run(imported)
    answer = browser.post(reverse("patients:import_rest", args=[imported.public_id]))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined] # a streaming answer's
    assert lines[1].endswith("record 3 (line 4): date of birth is a day that no calendar has")
    assert Entry.objects.filter(verb="import.rest_taken").get().detail == {"rows": 1}


@pytest.mark.django_db
def test_btx_067_another_import_at_work_is_told_kindly(browser: Client, manager: User) -> None:
    first, second = brought(HEAD + TWO, by=manager), brought(HEAD + TWO, name="again.csv", by=manager)
    deeds.ask_for_check(imported=first, by=manager)
    shown = press(browser, "import_choose", second, **chosen(second, then="check"))
    assert "“people.csv” is being imported just now. One at a time" in shown


@pytest.mark.django_db
def test_progress_says_how_far_it_is_and_lets_the_page_come_anew_at_the_end(browser: Client, manager: User) -> None:
    imported = brought(HEAD + TWO, by=manager)
    deeds.ask_for_check(imported=imported, by=manager)
    Import.objects.filter(pk=imported.pk).update(percent=42, rows_done=840)
    address = reverse("patients:import_progress", args=[imported.public_id])
    answer = browser.get(address)
    assert 'value="42"' in answer.content.decode()
    assert "840 rows done" in answer.content.decode()
    assert "HX-Refresh" not in answer.headers
    run(imported)
    assert browser.get(address).headers["HX-Refresh"] == "true"


@pytest.mark.django_db
def test_column_that_is_needed_is_marked_and_missed_once(browser: Client, manager: User) -> None:
    imported = brought("Sr. No.,Name,Mobile No\n1,Asha Rao,9876500131\n2,Ravi,12\n", by=manager)
    shown = page(browser, imported)
    assert ">Number in the other system *</option>" in shown
    assert shown.count("Say which column is “Number in the other system”: it is needed") == 1
    assert "has no number of the other system" not in shown
    assert "+919876500131" in shown
    assert "phone is no number anybody has" in shown
    said = {"column_0": "source_key", "column_1": "given_name", "column_2": "phone", "then": "look"}
    press(browser, "import_choose", imported, **chosen(imported, **said))
    assert "Say which column is" not in page(browser, imported)


@pytest.mark.django_db
def test_file_is_discarded_before_its_columns_are_chosen(browser: Client, manager: User) -> None:
    imported = brought(HEAD + TWO, by=manager)
    shown = page(browser, imported)
    assert 'data-opens="discard"' in shown
    assert "Discard this file?" in shown
    assert "A file that nobody decides on is deleted after 7 days." in shown
    assert "Nothing of it was saved" in press(browser, "import_cancel", imported)
    assert not imported.pieces.exists()


@pytest.mark.django_db
def test_file_that_nobody_decides_on_is_dropped_after_a_week(manager: User) -> None:
    saved(HEAD + TWO, by=manager)
    choosing, found = brought(HEAD, by=manager), checked(HEAD + ASHA_ROW, by=manager)
    assert deeds.drop_forgotten(now=NOW + timedelta(days=7)) == 0
    assert deeds.drop_forgotten(now=NOW + timedelta(days=7, seconds=1)) == 2
    assert list(Import.objects.order_by("pk").values_list("state", flat=True)) == ["done", "cancelled", "cancelled"]
    assert not choosing.pieces.exists()
    assert not found.pieces.exists()
    assert not found.rows.exists()
    assert Entry.objects.filter(verb="import.forgotten", actor="worker").count() == 2


@pytest.mark.django_db
def test_press_of_a_stale_page_is_told(browser: Client, manager: User) -> None:
    imported = saved(HEAD + TWO, by=manager)
    for name in ("import_save", "import_cancel", "import_choose"):
        shown = press(browser, name, imported, **(chosen(imported) if name == "import_choose" else {}))
        assert "This import has moved on meanwhile" in shown
    assert Patient.objects.count() == 2


@pytest.mark.django_db
def test_list_of_imports_costs_the_same_for_one_and_three(browser: Client, manager: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse("patients:imports")).status_code == 200
        return len(asked)

    brought(HEAD, by=manager)
    queries()  # the first look of a session costs more
    one = queries()
    brought(HEAD, by=manager)
    brought(HEAD, by=manager)
    assert queries() == one


@pytest.mark.django_db
def test_history_from_the_other_system_is_on_the_chart(manager: User) -> None:
    saved(HEAD + ASHA_ROW, by=manager)
    content = "patient,code,system,description,start,description1,severity1\n"
    content += "1,111088007,SNOMED-CT,Latex,2009-09-27,Itching,MODERATE\n"
    saved(content, kind="allergies", by=manager)
    asha = HistoryItem.objects.get().patient
    address = reverse("patients:history", args=[asha.public_id])
    shown = " ".join(client_of(member(Role.CLINICIAN)).get(address).content.decode().split())
    assert "Latex, Itching (moderate)" in shown
    assert "since 27 Sep 2009, SNOMED-CT 111088007" in shown
