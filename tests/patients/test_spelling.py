"""Names by ear: Latin spellings, Gujarati and Devanagari meet in one sound; within a script of India nothing does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import names, spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Meena", "Mina"),
        ("Laxmi", "Lakshmi"),
        ("Pooja", "Puja"),
        ("Chaudhary", "Choudhari"),
        ("Zaveri", "Jhaveri"),
        ("Vijay", "Wijay"),
        ("Sanjay", "સંજય"),
        ("Suman", "સુમન"),
        ("Meenaben", "મીનાબેન"),
        ("Trivedi", "ત્રિવેદી"),
        ("Shah", "શાહ"),
        ("Patel", "પટેલ"),
        ("Jagdish", "જગદીશ"),
        ("Jagadish", "જગદીશ"),
        ("Kamla", "કમલા"),
        ("Kamala", "કમલા"),
        ("Lakshmi", "લક્ષ્મી"),
        ("Krishna", "કૃષ્ણ"),
        ("Krupa", "કૃપા"),
        ("Kripa", "कृपा"),
        ("Parth", "પાર્થ"),
        ("Ambika", "અંબિકા"),
        ("Gnanesh", "જ્ઞાનેશ"),
        ("Chirag", "ચિરાગ"),
        ("Chhaya", "છાયા"),
        ("Zaveri", "ઝવેરી"),
        ("Rathod", "રાઠોડ"),
        ("Desai", "દેસાઈ"),
        ("Gaurav", "ગૌરવ"),
        ("Ramesh", "रमेश"),
        ("Sharma", "शर्मा"),
        ("સુમન", "सुमन"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert {*spelling.heard(names.fold(one))} & {*spelling.heard(names.fold(other))}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Asha", "Usha"), ("Suman", "સમન"), ("Kiran", "Karan"), ("Sita", "Shita"), ("રામ", "રમા"), ("Mehul", "Mitul")],
)
def test_other_names_do_not_sound_alike(one: str, other: str) -> None:
    assert not {*spelling.heard(names.fold(one))} & {*spelling.heard(names.fold(other))}


def test_what_is_kept_names_the_script_of_each_word() -> None:
    assert spelling.sounds_of("સુમન shah 2nd 李") == "g:suman l:shah"
    assert spelling.sounds_of("જગદીશ") == "g:jagadish g:jagdish"
    assert spelling.sounds_of("") == ""


def test_a_word_of_an_indian_script_is_heard_in_other_scripts_only() -> None:
    assert spelling.sought_by_ear("સુમન") == ("l:suman", "d:suman")
    assert spelling.sought_by_ear("suman") == (":suman",)
    assert spelling.sought_by_ear("s") == spelling.sought_by_ear("2nd") == spelling.sought_by_ear("李") == ()


@given(st.text(max_size=40))
def test_any_text_has_a_sound_or_none_and_breaks_nothing(text: str) -> None:
    for word in names.words(text):
        assert all(sound.isalnum() or not sound for sound in spelling.heard(word) if word.isascii())
        spelling.sought_by_ear(word)
