"""Who may already be here: shown, never blocked."""

from datetime import date

import pytest

from patients.birth import UNKNOWN_BIRTH, Birth
from patients.duplicates import Likeness, possible
from patients.models import Patient
from patients.registration import PersonFacts
from tests.patients.making import ASHA, person, place

pytestmark = pytest.mark.django_db


def merged(gone: Patient, into: Patient) -> Patient:
    """A record as a merge leaves it: it keeps what it said."""
    Patient.objects.filter(pk=gone.pk).update(merged_into=into)
    return gone


def alike(**facts: object) -> list[tuple[str, tuple[Likeness, ...]]]:
    among = Patient.objects.living_records()
    found = possible(facts=PersonFacts(**facts), among=among)  # type: ignore[arg-type] # facts by name, as a form gives them
    return [(candidate.patient.name, candidate.likenesses) for candidate in found]


def test_btx_049_same_person_typed_otherwise_is_shown() -> None:
    person(birth=ASHA, phone="098765 00131")
    assert alike(given_name="asha", family_name="rao", birth=ASHA, phone="+919876500131") == [
        ("Asha Rao", (Likeness.SAME_NAME, Likeness.SAME_PHONE))
    ]


def test_btx_049_twin_is_a_soft_warning() -> None:
    person(birth=ASHA, phone="098765 00131")
    assert alike(given_name="Usha", family_name="Rao", birth=ASHA, phone="+919876500131") == [
        ("Asha Rao", (Likeness.SIMILAR_NAME, Likeness.SAME_PHONE))
    ]


def test_mother_with_the_same_phone_and_another_birth_is_not_shown() -> None:
    person("Meena", "Rao", birth=Birth(date(1945, 1, 1), "year"), phone="098765 00131")
    assert alike(given_name="Asha", family_name="Rao", birth=ASHA, phone="+919876500131") == []


def test_slip_in_the_date_with_the_same_phone_is_shown() -> None:
    person(birth=Birth(date(1970, 1, 13), "day"), phone="098765 00131")
    assert len(alike(given_name="Asha", family_name="Rao", birth=ASHA, phone="+919876500131")) == 1


@pytest.mark.parametrize(
    ("known", "is_shown"),
    [
        (Birth(date(1970, 1, 1), "year"), True),
        (Birth(date(1971, 1, 1), "year"), False),
        (Birth(date(1970, 1, 1), "month"), True),
        (Birth(date(1970, 1, 31), "day"), True),
        (Birth(date(1970, 1, 30), "day"), False),
        (UNKNOWN_BIRTH, True),
    ],
)
def test_btx_053_name_counts_when_the_dates_can_be_of_one_person(known: Birth, is_shown: bool) -> None:
    person(birth=known)
    assert bool(alike(given_name="Asha", family_name="Rao", birth=ASHA)) is is_shown


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Meenaben Trivedi", "Trivedi Meenaben"),
        ("José Núñez", "Jose Nunez"),
        ("Suman Chauhan", "Sumana Chauhan"),
        ("સુમન ચૌહાણ", "સુમન ચૌહાણ"),
    ],
)
def test_name_written_otherwise_is_shown(stored: str, typed: str) -> None:
    person(stored, "")
    assert len(alike(given_name=typed)) == 1


def test_same_address_in_another_case_is_shown() -> None:
    person("Ila", "Joshi", email="family@example.org")
    assert alike(given_name="Asha", email="Family@example.org") == [("Ila Joshi", (Likeness.SAME_EMAIL,))]


def test_stranger_is_not_shown() -> None:
    person("Ila", "Joshi", birth=ASHA, phone="098765 00132")
    assert alike(given_name="Asha", family_name="Rao", birth=ASHA, phone="+919876500131") == []


def test_most_alike_comes_first_and_few_are_shown() -> None:
    for number in range(8):
        person("Ila", f"Joshi {number}", phone="098765 00131")
    person("Asha", "Rao", phone="098765 00131")
    found = alike(given_name="Asha", family_name="Rao", phone="+919876500131")
    assert (len(found), found[0][0]) == (6, "Asha Rao")


def test_btx_050_what_a_merged_record_said_leads_to_the_one_that_stands() -> None:
    """However many merges ago; by its phone, and by its name alone."""
    stands = person("Asha", "Trivedi", birth=ASHA, phone="098765 00131")
    between = merged(person("Asha", "Rao", birth=ASHA, phone="098765 00132"), stands)
    first = merged(person("Asha", "Rau", birth=ASHA, phone="098765 00133"), between)
    among = Patient.objects.all()
    facts = PersonFacts(given_name="Asha", family_name="Rao", birth=ASHA, phone="+919876500133")
    assert [(one.patient, one.former, one.likenesses) for one in possible(facts=facts, among=among)] == [
        (stands, first, (Likeness.SIMILAR_NAME, Likeness.SAME_PHONE))
    ]
    (found,) = possible(facts=PersonFacts(given_name="Asha", family_name="Rao", birth=ASHA), among=among)
    assert (found.patient, found.former, found.likenesses) == (stands, between, (Likeness.SAME_NAME,))


def test_who_looks_alike_as_they_are_now_is_shown_as_such() -> None:
    stands = person(birth=ASHA, phone="098765 00131")
    merged(person(birth=ASHA, phone="098765 00131"), stands)
    facts = PersonFacts(given_name="Asha", family_name="Rao", birth=ASHA)
    (found,) = possible(facts=facts, among=Patient.objects.all())
    assert (found.patient, found.former) == (stands, None)


def test_merged_record_whose_successor_is_elsewhere_is_not_told() -> None:
    stands, here = person("Ila", "Joshi", at=place("Other Clinic")), place()
    merged(person(birth=ASHA), stands)
    facts = PersonFacts(given_name="Asha", family_name="Rao", birth=ASHA)
    assert possible(facts=facts, among=Patient.objects.filter(location=here)) == []
