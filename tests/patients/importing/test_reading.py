"""What a file says: encodings, orders of dates, separators, lines, the same person's number in any dress."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from clinic.lib.sheets import NoTable, Unreadable, layout_of, plain_heads
from patients.importing import deeds, heads
from patients.importing.refusals import ColumnsMissing
from patients.models import HistoryItem, Import, Patient
from tests.patients.importing.making import FILES, HEAD, SYNTHEA, brought, checked, saved, told
from tests.patients.importing.workbooks import a_workbook
from tests.patients.making import person


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["patients_utf8_bom.csv", "patients_cp1252.csv"])
def test_btx_064_names_are_right_in_both_encodings_and_the_first_column_is_known(file: str) -> None:
    saved((FILES / file).read_bytes())
    assert list(Patient.objects.order_by("source_key").values_list("source_key", "given_name")) == [
        ("000101", "Zoë Marchetti"),
        ("000102", "Lakshmi"),
        ("000103", "Seán O\u2019Brien-D\u2019Souza"),
    ]


@pytest.mark.django_db
def test_btx_064_head_with_trailing_and_hard_spaces_is_known() -> None:
    imported = brought("\ufeff mrn\u00a0,Full Name ,\u200bdate-of-birth\n1,Asha,1970\n")
    assert imported.columns == {"source_key": "mrn", "given_name": "full_name", "birth": "date_of_birth"}


@pytest.mark.django_db
def test_btx_064_another_encoding_can_be_chosen() -> None:
    imported = brought((FILES / "patients_cp1252.csv").read_bytes())
    assert imported.encoding == "cp1252"
    with pytest.raises(Unreadable):
        deeds.choose(
            imported=imported,
            choice=deeds.Choice(kind="people", columns=imported.columns, encoding="utf-8-sig"),
        )


@pytest.mark.django_db
def test_btx_065_dates_follow_the_order_chosen_once() -> None:
    """Case by case as the file's notes say: serial numbers, two figures for the year, errors, unknown."""
    content = (FILES / "patients_dates_mixed.csv").read_bytes()
    imported = saved(content, good_rows_only=True, date_order="day")
    assert list(Patient.objects.order_by("source_key").values_list("source_key", "born_on")) == [
        ("000121", date(1979, 5, 2)),
        ("000122", date(1984, 12, 25)),
        ("000123", date(1985, 4, 3)),
        ("000124", date(1980, 1, 1)),
        ("000125", date(1962, 7, 4)),
        ("000128", None),
    ]
    assert told(imported) == [
        "record 4 (line 5): date of birth is the number 29221, read as 01 Jan 1980",
        "record 6 (line 7): date of birth is a day that no calendar has",
        "record 7 (line 8): date of birth is still to come",
    ]


@pytest.mark.django_db
def test_btx_065_file_that_only_fits_the_other_order_is_pointed_out() -> None:
    rows = "1,Asha,12/25/1984,F,,,en,\n2,Ravi,03/04/1985,M,,,en,\n"
    wrong = checked(HEAD + rows, date_order="day")
    assert (wrong.counts["dates_day"], wrong.counts["dates_month"], wrong.counts["dates_either"]) == (0, 1, 1)
    right = saved(HEAD + rows, date_order="month")
    assert right.count("bad") == 0
    assert set(Patient.objects.values_list("born_on", flat=True)) == {date(1984, 12, 25), date(1985, 3, 4)}


@pytest.mark.django_db
def test_btx_068_semicolons_quoted_lines_and_a_column_that_stands_twice() -> None:
    saved((FILES / "patients_semicolon_sepline.csv").read_bytes())
    assert Patient.objects.get().note_for_desk == "Gewicht 62,5 kg; Allergie: keine"
    imported = saved((FILES / "patients_quoted_newlines.csv").read_bytes(), good_rows_only=True)
    assert told(imported) == ["record 2 (line 5): date of birth cannot be read"]
    asha = Patient.objects.get(source_key="000131")
    assert asha.note_for_desk == 'Line one\nLine two, with comma\n"quoted" word'
    assert Patient.objects.count() == 3
    with pytest.raises(Unreadable) as refusal:
        brought((FILES / "patients_duplicate_headers.csv").read_bytes())
    assert refusal.value.reason == "a column stands twice: phone"


@pytest.mark.django_db
def test_btx_071_spaces_and_invisible_marks_are_neither_number_nor_name() -> None:
    saved((FILES / "patients_whitespace.csv").read_bytes())
    assert list(Patient.objects.order_by("source_key").values_list("source_key", "given_name")) == [
        ("000161", "Meenaben Trivedi"),
        ("000162", "ZeroWidth Person"),
    ]


@pytest.mark.django_db
def test_workbook_is_read_as_its_cells_are() -> None:
    """Days and numbers have no text in a workbook; a phone is not 9.8765e9."""
    saved(a_workbook([["mrn", "name", "dob", "phone"], [7, "Asha Rao", date(1970, 1, 31), 9876500131]]), name="p.xlsx")
    asha = Patient.objects.get()
    assert (asha.source_key, asha.born_on, asha.phone) == ("7", date(1970, 1, 31), "+919876500131")


@pytest.mark.django_db
def test_btx_065_number_in_a_date_column_that_is_no_date_cell_is_remarked_on() -> None:
    """Spreadsheets count 11 June 1968 as 25000: a cell that is formatted as that date says so itself."""
    rows: list[list[Any]] = [["mrn", "name", "dob"], [1, "Asha Rao", 25000], [2, "Ravi Shah", date(1968, 6, 11)]]
    imported = checked(a_workbook(rows), name="p.xlsx")
    assert told(imported) == ["record 1 (line 2): date of birth is the number 25000, read as 11 Jun 1968"]
    assert set(imported.rows.values_list("born_on", flat=True)) == {date(1968, 6, 11)}


@pytest.mark.django_db
def test_languages_are_known_by_their_names_and_codes_in_any_case() -> None:
    said = ["English", "GUJARATI", "hindi", "ગુજરાતી", "हिन्दी", "हिंदी", "HI-in", "Gu", "eng", "", "Marathi"]
    rows = "".join(f"{at},Asha {at},,,,,{language},\n" for at, language in enumerate(said, 1))
    imported = checked(HEAD + rows)
    assert [row.facts["language"] for row in imported.rows.order_by("number")] == [
        *("en", "gu", "hi", "gu", "hi", "hi", "hi", "gu", "en", "en", "en"),
    ]
    assert told(imported) == ["record 11 (line 12): no letters in “Marathi”: English instead"]


@pytest.mark.parametrize(
    ("head", "target"),
    [
        ("Mobile No", "phone"), ("Mobile No.", "phone"), ("Phone number", "phone"), ("Contact No.", "phone"),
        ("WhatsApp", "phone"), ("Email ID", "email"), ("E-mail", "email"), ("Lang", "language"),
        ("Old no.", "source_key"),
        ("Patient ID", "source_key"), ("Reg. No.", "source_key"), ("UHID No", "source_key"),
        ("Full name", "given_name"),
        ("Patient's Name", "given_name"), ("Sex/Gender", "sex"), ("M/F", "sex"), ("DOB (dd/mm/yyyy)", "birth"),
        ("D.O.B.", "birth"), ("Pin-code", "zip"), ("City / Town", "city"),
    ],
)  # fmt: skip
def test_heads_of_indian_tables_are_known(head: str, target: str) -> None:
    assert heads.guessed("people", plain_heads([head])) == {target: plain_heads([head])[0]}


def test_head_that_counts_lines_or_says_an_age_is_nobodys() -> None:
    assert heads.guessed("people", plain_heads(["Sr. No.", "Age"])) == {}


@pytest.mark.django_db
def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    imported = checked(HEAD + ",Asha,31/02/1970,?,12,no-address,Marathi,\n")
    (reason,) = told(imported)
    assert reason == (
        "record 1 (line 2): has no number of the other system; date of birth is a day that no calendar has; "
        "sex is not one of f, female, m, male, o, other, u, unknown; phone is no number anybody has; "
        "e-mail is no address; no letters in “Marathi”: English instead"
    )


@pytest.mark.django_db
def test_reason_that_is_too_long_to_keep_is_shortened() -> None:
    imported = checked(HEAD + f"1,Asha,1970,,,,{'x ' * 400},\n")
    assert told(imported)[0].endswith(" …")
    assert imported.counts["new"] == 1


@pytest.mark.django_db
def test_line_of_the_history_tells_all_that_is_wrong_with_it() -> None:
    imported = checked("patient,code,description,start,stop\n,1,,31/02/1970,no day\n", kind="problems")
    (reason,) = told(imported)
    assert reason == (
        "record 1 (line 2): has no number of the other system; says nothing: the description is empty; "
        "start is a day that no calendar has; end cannot be read"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is a picture, not a table. Save it as CSV or XLSX."),
        (b"\xff\xd8\xff\xe0\x00", "This is a picture, not a table. Save it as CSV or XLSX."),
        (b"\x00\x00\x00\x18ftypheic", "This is a picture, not a table. Save it as CSV or XLSX."),
        (b"%PDF-1.7\n", "This is a PDF, not a table. Save it as CSV or XLSX."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel or Word file (XLS, DOC). Save it as CSV or XLSX."),
    ],
    ids=["png", "jpeg", "heic", "pdf", "xls"],
)
def test_file_of_another_kind_is_told_plainly(content: bytes, said: str) -> None:
    with pytest.raises(NoTable) as refusal:
        layout_of(io.BytesIO(content))
    assert refusal.value.reason == said


def test_word_document_is_told_plainly_and_a_workbook_is_none() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("word/document.xml", "<document/>")
    with pytest.raises(NoTable) as refusal:
        layout_of(packed)
    assert refusal.value.reason == "This is a Word document, not a table. Save it as CSV or XLSX."
    assert layout_of(io.BytesIO(a_workbook([["mrn"]]))).is_workbook


def spoilt(at: int, byte: int) -> bytes:
    """A workbook with one byte changed in the list of what is packed in it."""
    book = bytearray(a_workbook([["mrn", "name"]]))
    book[book.index(b"PK\x01\x02") + at] = byte
    return bytes(book)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 is no workbook", a_workbook([["mrn", "name"]])[:-40], spoilt(0, 0), spoilt(6, 99),
        spoilt(9, 8).replace(b"xl/workbook.xml", b"\xffl/workbook.xml"),
    ],
    ids=["no workbook", "cut off", "no list", "packed by a later program", "names in no script"],
)  # fmt: skip
def test_broken_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        brought(content, name="p.xlsx")


@pytest.mark.django_db
def test_stray_cell_in_the_far_corner_is_named_and_takes_nobody_with_it() -> None:
    """Two corners of a sheet are a table of 549 GB; without a process of its own this ends the tests' own."""
    with pytest.raises(Unreadable) as refusal:
        brought(a_workbook([["mrn", "name"]], stray="XFD1048576"), name="p.xlsx")
    assert refusal.value.reason == "cell XFD1048576 is far outside the table: delete it and save again"
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_stray_cell_near_enough_is_read_past() -> None:
    """The control: one cell far below is no reason to refuse a file that can be held."""
    saved(a_workbook([["mrn", "name"], [7, "Asha Rao"]], stray="A9000"), name="p.xlsx", good_rows_only=True)
    assert Patient.objects.get().source_key == "7"


@pytest.mark.django_db
def test_columns_are_remembered_for_files_with_the_same_heads() -> None:
    columns = {"source_key": "nr", "given_name": "who"}
    checked("nr,who,what\n1,Asha,x\n", columns=columns, date_order="month", source="old", kind="people")
    again = brought("what,who,nr\nx,Ravi,2\n")
    assert (again.columns, again.date_order, again.source) == (columns, "month", "old")


@pytest.mark.django_db
def test_file_without_what_is_needed_is_not_checked() -> None:
    with pytest.raises(ColumnsMissing) as refusal:
        checked("who,what\nAsha,x\n")
    assert refusal.value.targets == ("source_key", "given_name")


@pytest.mark.parametrize(
    ("file", "kind"),
    [("patients", "people"), ("allergies", "allergies"), ("conditions", "problems"), ("medications", "medicines")],
)
def test_kind_of_a_file_is_seen_from_its_heads(file: str, kind: str) -> None:
    head = (SYNTHEA / f"{file}.csv").read_text(encoding="utf-8").split("\n", 1)[0].lower().split(",")
    assert heads.guessed_kind(head, "export.csv") == kind


@pytest.mark.django_db
def test_synthea_history_goes_to_its_people_with_code_and_system() -> None:
    saved((SYNTHEA / "patients.csv").read_bytes())
    for file, lines in (("allergies", 40), ("conditions", 438), ("medications", 663)):
        content = (SYNTHEA / f"{file}.csv").read_bytes()
        imported = saved(content, name=f"{file}.csv")
        assert (imported.count("new"), imported.count("bad")) == (lines, 0)
        assert checked(content, name=f"{file}.csv").counts["known"] == lines
    latex = HistoryItem.objects.get(code="111088007", patient__source_key__startswith="9d188916")
    assert (latex.code_system, latex.description, latex.started_on) == (
        "SNOMED-CT",
        "Latex (substance)",
        date(2009, 9, 27),
    )
    assert latex.reactions == [
        {"code": "418290006", "description": "Itching (finding)", "severity": "moderate"},
        {"code": "271807003", "description": "Eruption of skin (disorder)", "severity": "mild"},
    ]
    nitro = HistoryItem.objects.get(code="705129", started_on=date(1975, 4, 6))
    assert (nitro.kind, nitro.code_system, nitro.stopped_on) == ("medicine", "RxNorm", date(1975, 10, 5))
    assert HistoryItem.pgh_event_model.objects.count() == 40 + 438 + 663  # type: ignore[attr-defined] # pghistory's


@pytest.mark.django_db
def test_history_of_a_number_that_nobody_has_is_told() -> None:
    person()
    imported = checked("patient,code,description\n77,1,Latex\n", kind="allergies")
    assert told(imported) == ["record 1 (line 2): nobody at this location has this number"]
