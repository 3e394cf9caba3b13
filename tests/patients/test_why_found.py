"""Each hit says why it is there, and the reason agrees with what the search found."""

from datetime import date

import pytest

from patients.birth import Birth
from patients.models import Patient
from patients.sought import sought_in
from patients.wording_found import found_words
from tests.patients.making import ASHA

TODAY = date(2027, 1, 11)


def somebody(**facts: str) -> Patient:
    named = {"given_name": "Asha Devi", "family_name": "Rao"} | facts
    return Patient(
        record_number=1042, phone="+919876500181", born_on=ASHA.first_day, birth_precision=ASHA.precision, **named
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ash", "name begins with “ash”"),
        ("rao asha", "family name begins with “rao” · name begins with “asha”"),
        ("devi", "a later name begins with “devi”"),
        ("evi", "“evi” is inside the name"),
        ("aasha", "sounds like “aasha”"),
        ("આશા", "“આશા” in other letters"),
        ("ahsa", "nearly “ahsa”"),
        ("1042", "this record number"),
        ("977", "record 977 was merged into this one"),
        ("0181", "phone ends in 0181"),
        ("098765 00181", "this phone"),
        ("98765", "phone begins with 98765"),
        ("asha 0181", "name begins with “asha” · phone ends in 0181"),
        ("31/01/1970", "born then"),
        ("asha 31 jan 1970", "name begins with “asha” · born then"),
        ("asha 1970", "name begins with “asha” · born in 1970"),
        ("1970", "born in 1970"),
        ("asha 977", "name begins with “asha” · record 977 was merged into this one"),
        ("a@example.org", "this e-mail address"),
    ],
)
def test_why_somebody_is_shown(text: str, words: str) -> None:
    assert found_words(sought_in(text, today=TODAY), somebody()) == words


def test_a_name_in_other_letters_says_so() -> None:
    assert found_words(sought_in("suman", today=TODAY), somebody(given_name="સુમન")) == "“suman” in other letters"


def test_a_year_only_is_born_then_too() -> None:
    patient = somebody()
    patient.born_on, patient.birth_precision = date(1970, 1, 1), "year"
    assert patient.birth == Birth(date(1970, 1, 1), "year")
    assert found_words(sought_in("31/01/1970", today=TODAY), patient) == "born then"
