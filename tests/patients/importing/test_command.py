"""The command that imports: each person once, bad rows by record and line, all or nothing unless asked otherwise."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinic.audit.models import Entry
from clinic.embedded.home import CHECKOUT
from clinic.locations.models import Location
from patients.birth import Birth
from patients.models import Import, ImportRow, Patient
from tests.patients.making import person, place

FILES = CHECKOUT / "tests" / "files" / "imports"
SYNTHEA = CHECKOUT / "tests" / "files" / "synthea" / "patients.csv"
WHY = "record 3 (line 4): date of birth is a day that no calendar has"
HEAD = "mrn,full_name,date_of_birth,sex,phone,email,preferred_language,notes\n"


def written(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    file = folder / "people.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file


def imported(file: Path, *options: str) -> list[str]:
    """The command's lines; it exits 1 when a row had an error."""
    place()
    out = StringIO()
    try:
        call_command("import_patients", str(file), *options, stdout=out)
    except SystemExit as stop:
        assert stop.code == 1  # noqa: PT017 - the lines matter as well
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_synthea_people_are_27_and_again_none() -> None:
    assert imported(SYNTHEA, "--dry-run")[-1] == "27 rows: 27 new, 0 already here, 0 with errors"
    assert not Patient.objects.exists()
    assert imported(SYNTHEA)[-1] == "27 rows: 27 new, 0 already here, 0 with errors"
    assert imported(SYNTHEA)[-1] == "27 rows: 0 new, 27 already here, 0 with errors"
    gene = Patient.objects.get(source_key="261ad2a4-7c6f-da54-6a5b-3441beab9a6a")
    assert (gene.name, gene.birth) == ("Gene733 Mann644", Birth(date(1973, 10, 28), "day"))
    assert (gene.deceased_on, gene.sex) == (date(1976, 7, 25), "male")
    assert gene.address == "940 Daniel Union, Orleans, Massachusetts 02653"
    assert (gene.phone, gene.email, gene.note_for_desk, gene.has_no_email) == ("", "", "", False)
    assert Entry.objects.filter(verb="patient.registered", actor="command").count() == 27


@pytest.mark.django_db
def test_bad_row_is_named_by_record_and_line_and_the_others_are_saved(tmp_path: Path) -> None:
    rows = '131,Asha Rao,1970-01-31,F,+91 98765 00131,,en,"Line one\nLine two, with comma\n""quoted"" word"\n'
    rows += "132,Bad Row,not-a-date,M,,b132@example.org,en,\n133,Cara Finn,1971-02-28,F,,cara133@example.org,en,\n"
    lines = imported(written(tmp_path, HEAD + rows), "--good-rows")
    assert lines[-2:] == [
        "record 2 (line 5): date of birth cannot be read",
        "3 rows: 2 new, 0 already here, 1 with errors",
    ]
    asha = Patient.objects.get(source_key="131")
    assert (asha.phone, asha.note_for_desk) == ("+919876500131", 'Line one\nLine two, with comma\n"quoted" word')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1,,1970-01-31,F,,,en,", "name is empty"),
        (",Asha,1970-01-31,F,,,en,", "has no number of the other system"),
        ("1,Asha,31/02/1990,F,,,en,", "date of birth is a day that no calendar has"),
        ("1,Asha,2031-01-01,F,,,en,", "date of birth is still to come"),
        ("1,Asha,1970-01-31,X,,,en,", "sex is not one of f, female, m, male, o, other, u, unknown"),
        ("1,Asha,1970-01-31,F,9876500,,en,", "phone is no number anybody has"),
        ("1,Asha,1970-01-31,F,,nobody,en,", "e-mail is no address"),
        ("1,Asha,1970-01-31,F,,en", "has more or fewer cells than the head line"),
        (f"1,{'x' * 400},1970-01-31,F,,,en,", "name has 400 characters, the limit is 200"),
        ("1,A\u202eB,1970-01-31,F,,,en,", "name has hidden characters (U+202E)"),
    ],
)
def test_btx_040_044_047_cell_that_cannot_be_read_saves_nothing(tmp_path: Path, row: str, why: str) -> None:
    lines = imported(written(tmp_path, HEAD + row + "\n"))
    assert (lines[-3], lines[-1]) == (f"record 1 (line 2): {why}", "1 rows: 0 new, 0 already here, 1 with errors")
    assert not Patient.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_encoding_gives_the_same_names(tmp_path: Path, encoding: str) -> None:
    rows = "000101,Zoë Marchetti,1979-05-02,F,+44 7700 900101,zoe.m@example.org,en,\n"
    rows += "000102,Lakshmi,1988-11-23,F,+91 98765 00102,lakshmi102@example.org,hi,single-word name\n"
    imported(written(tmp_path, HEAD + rows, encoding))
    assert {*Patient.objects.values_list("source_key", "given_name")} == {
        ("000101", "Zoë Marchetti"),
        ("000102", "Lakshmi"),
    }


@pytest.mark.django_db
def test_separator_line_is_obeyed(tmp_path: Path) -> None:
    text = (
        "sep=;\n"
        + HEAD.replace(",", ";")
        + '111;Ines Becker;02.05.1979;F;+49 30 5550111;;de;"Gewicht 62,5 kg; Allergie: keine"\n'
    )
    lines = imported(written(tmp_path, text))
    ines = Patient.objects.get()
    assert (ines.note_for_desk, ines.born_on) == ("Gewicht 62,5 kg; Allergie: keine", date(1979, 5, 2))
    assert lines[-2:] == [
        "record 1 (line 3): no letters in “de”: English instead",
        "1 rows: 1 new, 0 already here, 0 with errors",
    ]


@pytest.mark.django_db
def test_btx_068_column_that_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match=r"a column stands twice: phone$"):
        imported(FILES / "patients_duplicate_headers.csv")
    assert not Import.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "there is nothing in it"),
        (b"a,b\n1,2\n", "a needed column is missing: mrn, first"),
        (b"a,b\n\x00", "this is no text that can be read: save it as UTF-8"),
        (b'mrn,name\n1,"Asha\n', "line 2: unexpected end of data"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(CommandError) as refusal:
        imported(written(tmp_path, content))
    assert str(refusal.value).endswith(reason)
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_btx_067_nothing_then_five_then_none(tmp_path: Path) -> None:
    """First run saves nothing; the mended file saves five; once more, it saves none and says that five are here."""
    assert imported(FILES / "patients_partial_failure.csv")[-3:] == [
        WHY,
        "Nothing was saved: 1 rows have errors. Mend them, or say --good-rows",
        "5 rows: 4 new, 0 already here, 1 with errors",
    ]
    assert not Patient.objects.exists()
    mended = (FILES / "patients_partial_failure.csv").read_bytes().replace(b"1980-13-40", b"1980-01-03")
    file = written(tmp_path, mended)
    assert imported(file)[-1] == "5 rows: 5 new, 0 already here, 0 with errors"
    assert imported(file)[-1] == "5 rows: 0 new, 5 already here, 0 with errors"
    assert Patient.objects.count() == 5


@pytest.mark.django_db
def test_btx_067_good_rows_leave_a_file_of_the_rest_that_can_be_mended(tmp_path: Path) -> None:
    rest = tmp_path / "rest.csv"
    imported(FILES / "patients_partial_failure.csv", "--good-rows", "--rest", str(rest))
    assert rest.read_text(encoding="utf-8").splitlines() == [
        "\ufeffmrn,full_name,date_of_birth,sex,phone,email,preferred_language,notes,why_not_imported",
        f"000153,Row 3,1980-13-40,F,,row3@example.org,en,,{WHY}",
    ]
    rest.write_text(rest.read_text(encoding="utf-8").replace("1980-13-40", "1980-01-03"), encoding="utf-8")
    assert imported(rest)[-1] == "1 rows: 1 new, 0 already here, 0 with errors"
    assert Patient.objects.count() == 5


@pytest.mark.django_db
def test_btx_049_possible_duplicate_is_reported_and_not_registered(tmp_path: Path) -> None:
    asha = person(birth=Birth(date(1970, 1, 31), "day"), phone="098765 00131")
    lines = imported(written(tmp_path, HEAD + "7,asha rao,31/01/1970,F,098765 00131,,en,\n"))
    assert lines[-2:] == [
        f"record 1 (line 2): may be record number {asha.record_number}: to be decided",
        "1 rows: 0 new, 0 already here, 1 to decide, 0 with errors",
    ]
    assert Patient.objects.count() == 1
    assert ImportRow.objects.get().alike == [[str(asha.public_id), ["same_name", "same_phone"]]]


@pytest.mark.django_db
@pytest.mark.parametrize("key", [" 000162", "000162\u00a0", "000162\u200b", "\uff10\uff10\uff10\uff11\uff16\uff12"])
def test_number_of_the_other_system_is_the_same_in_any_dress(tmp_path: Path, key: str) -> None:
    imported(written(tmp_path, HEAD + "000162,Zero Person,1975-03-10,M,,,en,\n"))
    assert imported(written(tmp_path, HEAD + f"{key},Zero Person,1975-03-10,M,,,en,\n"))[-1] == (
        "1 rows: 0 new, 1 already here, 0 with errors"
    )


@pytest.mark.django_db
def test_two_locations_need_a_name(tmp_path: Path) -> None:
    place("Other Clinic")
    file = written(tmp_path, HEAD + "1,Asha,1970,F,,,en,\n")
    with pytest.raises(CommandError, match="There are 2 locations"):
        imported(file)
    assert imported(file, "--location", "Other Clinic")[-1] == "1 rows: 1 new, 0 already here, 0 with errors"
    assert Patient.objects.get().location.name == "Other Clinic"


@pytest.mark.django_db
@pytest.mark.parametrize(("options", "name"), [((), "Clinic"), (("--location", "Paldi"), "Paldi")])
def test_new_installation_gets_its_first_location(tmp_path: Path, options: tuple[str, ...], name: str) -> None:
    file = written(tmp_path, HEAD + "1,Asha,1970,F,,,en,\n")
    for dry in ([*options, "--dry-run"], [*options]):
        assert not Location.objects.exists()
        out = StringIO()
        call_command("import_patients", str(file), *dry, stdout=out)
        assert out.getvalue().splitlines()[-1] == "1 rows: 1 new, 0 already here, 0 with errors"
    assert Patient.objects.get().location.name == name
