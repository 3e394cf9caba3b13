"""Finding people: words of the name, by ear, phones in any spelling, numbers, dates of birth, and by which index."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from clinic.staff.models import Role
from patients.birth import Birth
from patients.models import Patient
from patients.querysets import PatientQuerySet
from patients.sought import sought_in
from tests.patients.making import ASHA, member, person, place

pytestmark = pytest.mark.django_db

FILES = Path(__file__).resolve().parents[1] / "files"
TODAY = date(2027, 1, 11)


def people(text: str) -> PatientQuerySet:
    return Patient.objects.living_records().found_by(sought_in(text, today=TODAY))


def found(text: str) -> list[str]:
    return [patient.name for patient in people(text)]


def nearly(text: str) -> list[str]:
    near = Patient.objects.living_records().nearly_found_by(sought_in(text, today=TODAY))
    return [patient.name for patient in near]


TABLE = json.loads((FILES / "names_search.json").read_text())["rows"]
PHONES = json.loads((FILES / "phones.json").read_text())["rows"]


@pytest.mark.parametrize(
    ("stored", "query", "match"),
    [
        *((row["stored"], row["query"], row["match"]) for row in TABLE),
        ("Zoe\u0308 Marchetti", "Zo\u00eb", True),
        ("Zo\u00eb Marchetti", "Zoe\u0308", True),
        ("સુમન શાહ", "સ", True),
        ("સુમન શાહ", "શ સુ", True),
        ("काव्य शर्मा", "कवय", False),
        ("काव्य शर्मा", "शर्मा काव्य", True),
        ("મિના દવે", "મીના", False),
        ("Asha 2nd", "2n", True),
        ("Kusum Desai", "sum", True),
        ("Kusum Desai", "um", False),
    ],
)
def test_btx_043_search_table(stored: str, query: str, match: bool) -> None:
    given, _, family = stored.partition(" ")
    person(given, family)
    assert bool(found(query)) is match


@pytest.mark.parametrize(
    "text",
    [
        "098765 00181",
        "+91 98765-00181",
        "919876500181",
        "00919876500181",
        "98765 00181",
        "00181",
        "0181",
        "9876",
        "૦૦૧૮૧",
    ],
)
def test_btx_046_any_spelling_and_the_last_digits_find_the_phone(text: str) -> None:
    person(phone="098765 00181")
    person("Ila", "Joshi", phone="098765 11172")
    assert found(text)[0] == "Asha Rao"


def test_name_and_last_digits_together() -> None:
    person(phone="098765 00181")
    person(phone="098765 00182")
    assert len(found("asha")) == 2
    assert [patient.phone for patient in people("asha 0182")] == ["+919876500182"]


def test_record_number_and_address_find_one() -> None:
    patient = person(email="Asha.Rao@example.org")
    person("Ila", "Joshi")
    assert found(str(patient.record_number)) == ["Asha Rao"]
    assert found("asha.rao@EXAMPLE.org") == ["Asha Rao"]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'", "\x00", "\x00@", "9" * 99, "@", "\u202e", "؟"])
def test_odd_search_finds_nobody_and_breaks_nothing(text: str) -> None:
    person()
    assert found(text.replace("\x00", "")) == []


def test_who_begins_with_it_comes_first() -> None:
    person("Ila", "Sumant")
    person("Suman", "Shah")
    assert found("sum") == ["Suman Shah", "Ila Sumant"]


def test_merged_record_is_no_living_record() -> None:
    kept = person()
    old = person("Asha", "Rau")
    Patient.objects.filter(pk=old.pk).update(merged_into=kept)
    assert [*Patient.objects.living_records()] == [kept]


def test_other_locations_people_are_not_visible() -> None:
    person()
    elsewhere = member(Role.FRONT_DESK, at=place("Other Clinic"))
    assert not Patient.objects.visible_to(elsewhere).exists()


@pytest.mark.parametrize("row", [row for row in PHONES if row["out"]], ids=lambda row: row["in"])
def test_btx_046_every_spelling_of_the_file_finds_the_number(row: dict[str, str]) -> None:
    person(phone=row["out"])
    assert found(row["in"]) == ["Asha Rao"]


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        (("Meena", "Shah"), "mina"),
        (("Laxmi", "Chaudhary"), "lakshmi chaudhari"),
        (("સુમન", "શાહ"), "suman shah"),
        (("સુમન", "શાહ"), "sum"),
        (("જગદીશ", "ત્રિવેદી"), "jagdish"),
        (("જગદીશ", "ત્રિવેદી"), "trivedi jagadish"),
        (("Suman", "Shah"), "સુમન શાહ"),
        (("सुमन", "शाह"), "સુમન"),
        (("મીનાબેન", "Shah"), "minaben શાહ"),
    ],
)
def test_a_name_is_found_by_ear_across_scripts(stored: tuple[str, str], query: str) -> None:
    person(*stored)
    person("Ila", "Joshi")
    assert found(query) == [" ".join(stored)]


def test_within_one_indian_script_sound_finds_nobody() -> None:
    person("મિના", "દવે")
    person("मिना", "दवे")
    assert found("મીના") == ["मिना दवे"]


def test_the_nearest_spelling_is_found_where_nobody_is_called_so() -> None:
    person("Rakesh", "Kohli")
    person("Nikhil", "Kothari")
    person("જયેશ", "પટેલ")
    assert found("kohil") == []
    assert nearly("kohil") == ["Rakesh Kohli"]
    assert nearly("rakehs kohil") == ["Rakesh Kohli"]
    assert nearly("patl") == ["જયેશ પટેલ"]
    assert nearly("ત્રિવેદ") == nearly("xy") == nearly("98765") == []


def test_an_old_number_leads_to_the_record_that_stands() -> None:
    stands, between, old = person(), person("Asha", "Roy"), person("Asha", "Rau")
    Patient.objects.filter(pk=between.pk).update(merged_into=stands)
    Patient.objects.filter(pk=old.pk).update(merged_into=between)
    for number in (stands.record_number, between.record_number, old.record_number):
        assert found(str(number)) == ["Asha Rao"]
    assert found(f"asha #{old.record_number}") == ["Asha Rao"]


@pytest.mark.parametrize(
    "text",
    [
        *("31/01/1970", "31.1.1970", "31-01-1970", "31 01 1970", "31 Jan 1970", "31st january 1970", "1970-01-31"),
        *("૩૧/૦૧/૧૯૭૦", "31/1/70", "January 1970", "01/1970", "asha 31/01/1970", "31/01/1970 rao", "asha 1970"),
    ],
)
def test_a_date_of_birth_is_found_as_the_clinic_writes_it(text: str) -> None:
    person(birth=ASHA)
    person("Ila", "Joshi", birth=Birth(date(1970, 2, 1), "day"))
    person("Asha", "Other", birth=Birth(date(1971, 1, 31), "day"))
    assert found(text) == ["Asha Rao"]


def test_btx_053_a_date_known_in_part_is_found_by_any_day_in_it_after_who_was_born_that_day() -> None:
    person("Year", "Only", birth=Birth(date(1970, 1, 1), "year"))
    person("Month", "Only", birth=Birth(date(1970, 1, 1), "month"))
    person("About", "That", birth=Birth(date(1970, 1, 1), "about"))
    person(birth=ASHA)
    assert found("31/01/1970") == ["Asha Rao", "Month Only", "Year Only"]
    assert found("28/02/1970") == ["Year Only"]
    assert found("feb 1970") == ["Year Only"]


def test_two_figures_of_a_year_find_both_centuries() -> None:
    person("Old", "Rao", birth=Birth(date(1912, 7, 4), "day"))
    person("Young", "Rao", birth=Birth(date(2012, 7, 4), "day"))
    assert sorted(found("04/07/12")) == ["Old Rao", "Young Rao"]


def test_best_match_first_whole_words_beginnings_sounds_then_inside() -> None:
    person("Kusuman", "Rao")
    person("સુમન", "શાહ")
    person("Sumanlal", "Rao")
    person("Ila", "Suman")
    person("Suman", "Parikh")
    assert found("suman") == ["Suman Parikh", "Ila Suman", "Sumanlal Rao", "સુમન શાહ", "Kusuman Rao"]


def test_exact_number_comes_before_the_end_of_a_phone() -> None:
    one = person("Zarna", "Zala")
    Patient.objects.filter(pk=one.pk).update(record_number=700_181)
    person(phone="098767 00181")
    assert found("700181") == ["Zarna Zala", "Asha Rao"]


def test_a_year_alone_finds_who_was_born_in_it_after_the_numbers_that_are_so() -> None:
    person(birth=ASHA)
    person("Young", "Rao", birth=Birth(date(1971, 1, 1), "day"))
    person("Year", "Only", birth=Birth(date(1970, 1, 1), "year"))
    person("Phone", "Ends", phone="098765 01970")
    one = person("Zarna", "Zala")
    Patient.objects.update(record_number=F("record_number") + 500_000)  # one of them may be No. 1970 by chance
    Patient.objects.filter(pk=one.pk).update(record_number=1970)
    assert found("1970") == found("૧૯૭૦") == ["Zarna Zala", "Phone Ends", "Asha Rao", "Year Only"]


def plan_of(text: str) -> str:
    """How the database would find it, were the table too long to read whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return str(Patient.objects.all().found_by(sought_in(text, today=TODAY)).order_by().explain())


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("asha", "patient_by_name"),
        ("asha rao", "patient_by_name"),
        ("ત્રિવેદી", "patient_by_name"),
        ("trivedi", "patient_by_sound"),
        ("ત્રિવેદી", "patient_by_sound"),
        ("#1042", "record_number"),
        ("31/01/1970", "patient_by_birth"),
        ("1970", "patient_by_birth"),
        ("asha 31/01/1970", "patient_by_birth"),
        ("98765 00181", "patient_by_phone"),
        ("00181", "patient_by_last_digits"),
        ("asha@example.org", "patient_by_email_in_any_case"),
    ],
)
def test_search_uses_its_index(text: str, index: str) -> None:
    person(phone="098765 00181", email="asha@example.org")
    plan = plan_of(text)
    assert index in plan
    assert "Seq Scan" not in plan


def test_the_nearest_spelling_uses_its_index() -> None:
    person()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    near = Patient.objects.all().nearly_found_by(sought_in("kohil", today=TODAY))
    plan = near.order_by().explain()
    assert "patient_by_sound" in plan
    assert "Seq Scan" not in plan
