"""Rows of an import that are told one by one: held and decided, known already, each with the person it is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import User
from patients.models import Patient
from tests.patients.importing.making import HEAD, checked, run, saved
from tests.patients.importing.test_pages import ASHA_ROW, TWO, page, press
from tests.patients.making import ASHA, person


@pytest.mark.django_db
def test_held_rows_are_shown_with_who_they_may_be_and_decided(browser: Client, manager: User) -> None:
    asha = person(birth=ASHA)
    imported = saved(HEAD + ASHA_ROW + "2,Asha Rao,1970,F,,,en,\n", by=manager)
    shown = page(browser, imported)
    assert reverse("patients:detail", args=[asha.public_id]) in shown
    assert "same name" in shown
    first, second = imported.rows.order_by("number")
    assert f"Is this row record {asha.record_number}? Nobody is registered for it then" in shown
    shown = press(browser, "import_decide", first, who=str(asha.public_id))
    assert "Noted: this row is record" in shown
    assert reverse("patients:detail", args=[asha.public_id]) in shown.split(">Decided<")[1]
    assert "is registered by hand" in shown.split(">Decided<")[1]
    assert "Say how you know" in press(browser, "import_decide", second, who="another")
    assert "Asha Rao is registered" in press(browser, "import_decide", second, who="another", compared="papers")
    assert "decided on this row meanwhile" in press(browser, "import_decide", second, who="leave")
    assert Patient.objects.count() == 2
    entry = Entry.objects.get(verb="patient.registered", detail__compared="papers")
    assert entry.detail["unlike"] == [str(asha.public_id)]


@pytest.mark.django_db
def test_btx_050_row_like_a_merged_record_is_held_and_leads_to_the_one_it_is_part_of(
    browser: Client, manager: User
) -> None:
    kept, old = person("Asha", "Trivedi", birth=ASHA), person(birth=ASHA)
    Patient.objects.filter(pk=old.pk).update(merged_into=kept)
    imported = saved(HEAD + ASHA_ROW, by=manager)
    shown = page(browser, imported)
    assert f"Asha Rao, record {old.record_number}, is now part of record {kept.record_number}: same name" in shown
    assert "<dt>To decide</dt><dd>1</dd>" in shown
    shown = press(browser, "import_decide", imported.rows.get(), who=str(kept.public_id))
    assert f"Noted: this row is record {kept.record_number}." in shown
    assert "1 to decide" not in shown
    assert "<dt>Found to be somebody who is here</dt><dd>1</dd>" in shown
    kept.refresh_from_db()
    assert kept.source_key == "1"


@pytest.mark.django_db
def test_decided_rows_name_the_person_though_the_record_has_another_number(browser: Client, manager: User) -> None:
    asha = person(birth=ASHA)
    other = saved(HEAD + "77,Omar Farooqui,1960,M,,,en,\n", by=manager)
    Patient.objects.filter(pk=asha.pk).update(source_key="K-9")
    imported = saved(HEAD + ASHA_ROW, by=manager)
    shown = press(browser, "import_decide", imported.rows.get(), who=str(asha.public_id))
    assert reverse("patients:detail", args=[asha.public_id]) in shown.split(">Decided<")[1]
    assert ">Decided<" not in page(browser, other)


@pytest.mark.django_db
def test_btx_066_rows_that_bring_nothing_new_are_listed_with_why(browser: Client, manager: User) -> None:
    saved(HEAD + TWO, by=manager)
    ravi = Patient.objects.get(source_key="2")
    imported = checked(HEAD + "2,Ravi,1971,M,,,en,\n4,Omar,1960,M,,,en,\n4,Omar,1960,M,,,en,\n", by=manager)
    shown = page(browser, imported)
    assert "<dt>New</dt><dd>1</dd><dt>Already here</dt><dd>1</dd><dt>Twice in the file</dt><dd>1</dd>" in shown
    listed = shown.split(">Nothing new in these rows<")[1]
    assert "record 1 (line 2)</span>: this number is here already" in listed
    assert reverse("patients:detail", args=[ravi.public_id]) in listed
    assert "record 3 (line 4)</span>: stands already in record 2, and is taken in once" in listed
    press(browser, "import_save", imported)
    run(imported)
    assert "<dt>Saved</dt><dd>1</dd><dt>Already here</dt><dd>1</dd><dt>Twice in the file</dt><dd>1</dd>" in page(
        browser, imported
    )


@pytest.mark.django_db
def test_known_and_decided_rows_cost_the_same_for_one_and_three(browser: Client, manager: User) -> None:
    browser.get(reverse("patients:imports"))  # the first look of a session costs more
    asha, queries = person(birth=ASHA), []
    for rows in (1, 3):
        content = HEAD + "".join(f"{rows}{at},Omar {at},1960,M,,,en,\n" for at in range(rows))
        saved(content, by=manager)
        alike = "".join(f"9{rows}{at},Asha Rao,31/01/1970,F,,,en,\n" for at in range(rows))
        imported = saved(content + alike, by=manager)
        for row in imported.rows.filter(outcome="held"):
            press(browser, "import_decide", row, who=str(asha.public_id))
        with CaptureQueriesContext(connection) as asked:
            shown = page(browser, imported)
        assert shown.split(">Decided<")[1].count("the same person") == rows
        queries.append(len(asked))
    assert queries[0] == queries[1]


@pytest.mark.django_db
def test_held_rows_cost_the_same_for_one_and_three(browser: Client, manager: User) -> None:
    person(birth=ASHA)
    browser.get(reverse("patients:imports"))  # the first look of a session costs more
    found = []
    for rows in (1, 3):
        content = HEAD + "".join(f"{rows}{at},Asha Rao,31/01/1970,F,,,en,\n" for at in range(rows))
        imported = saved(content, by=manager)
        with CaptureQueriesContext(connection) as asked:
            page(browser, imported)
        found.append(len(asked))
    assert found[0] == found[1]
