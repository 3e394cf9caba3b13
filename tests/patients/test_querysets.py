"""Finding people: words of the name, phones in any spelling, numbers, and by which index."""
# ruff: noqa: RUF001 - apostrophes as people type them are the point here

import pytest
from django.db import connection

from clinic.staff.models import Role
from patients.models import Patient
from tests.patients.making import member, person, place

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [patient.name for patient in Patient.objects.all().found_by(text)]


@pytest.mark.parametrize(
    ("stored", "query", "match"),
    [
        ("Zoë Marchetti", "zoe", True),
        ("Zoe\u0308 Marchetti", "Zoë", True),
        ("José Núñez", "nunez jose", True),
        ("Seán O’Brien", "o'brien", True),
        ("મીનાબેન ત્રિવેદી", "ત્રિવેદી", True),
        ("સુમન શાહ", "સમન", False),
        ("Lakshmi", "lakshmi", True),
        ("Anne-Marie Kohli", "anne marie", True),
        ("સુમન શાહ", "સ", True),
        ("Asha 2nd", "2n", True),
        ("Kusum Desai", "sum", False),
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
    assert [patient.phone for patient in Patient.objects.all().found_by("asha 0182")] == ["+919876500182"]


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


def plan_of(text: str) -> str:
    """How the database would find it, were the table too long to read whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return str(Patient.objects.all().found_by(text).order_by().explain())


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("asha", "patient_by_name"),
        ("asha rao", "patient_by_name"),
        ("ત્રિવેદી", "patient_by_name"),
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
