"""Names: kept as written, refused only where nobody could read them, folded for finding."""

# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones are the point here
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import names

ORDINARY = ("મીનાબેન ત્રિવેદી", "काव्य", "Seán O’Brien-D’Souza", "R. Sudha", "李", "Asha 2nd", "Lakshmi", "क्‍ष")


@pytest.mark.parametrize("name", ORDINARY)
def test_btx_040_ordinary_name_is_kept_as_written(name: str) -> None:
    assert names.kept_and_needed(name) == name


def test_btx_040_name_typed_in_parts_is_kept_composed() -> None:
    assert names.kept("Zoe\u0308") == "Zo\u00eb"


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "\u200b"])
def test_btx_040_empty_name_is_refused(text: str) -> None:
    with pytest.raises(names.NameIsEmpty):
        names.kept_and_needed(text)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Asha\x00Rao", ("U+0000",)),
        ("Asha\r\nRao", ("U+000A", "U+000D")),
        ("Asha\u202eoaR", ("U+202E",)),
        ("A\u2066B", ("U+2066",)),
    ],
)
def test_btx_040_control_and_direction_marks_are_refused(text: str, marks: tuple[str, ...]) -> None:
    with pytest.raises(names.NameHasHiddenMarks) as refusal:
        names.kept(text)
    assert refusal.value.marks == marks


def test_name_with_pasted_padding_is_kept_without_it() -> None:
    assert names.kept("  Meenaben\u00a0Trivedi ") == "Meenaben Trivedi"
    assert names.kept("Zero\u200bWidth Person") == "ZeroWidth Person"


@pytest.mark.parametrize("name", [("ab " * 60).strip(), "x" * 120, "y" * 181, "z" * 200, "ત્રિ" * 50])
def test_btx_044_name_up_to_the_limit_is_kept_whole(name: str) -> None:
    assert names.kept(name) == name


def test_btx_044_longer_name_is_refused_with_the_limit() -> None:
    with pytest.raises(names.NameIsTooLong) as refusal:
        names.kept("x" * 400)
    assert (refusal.value.length, refusal.value.limit) == (400, 200)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zoë Marchetti", "zoe marchetti"),
        ("José Núñez", "jose nunez"),
        ("Seán O’Brien", "sean obrien"),
        ("o'brien", "obrien"),
        ("Anne-Marie Kohli", "anne marie kohli"),
        ("R. Sudha", "r sudha"),
        ("Łódź", "lodz"),
        ("Άννα", "αννα"),
        ("મીનાબેન ત્રિવેદી", "મીનાબેન ત્રિવેદી"),
    ],
)
def test_btx_043_fold(text: str, folded: str) -> None:
    assert names.fold(text) == folded


def test_btx_043_vowel_sign_makes_another_name() -> None:
    assert names.fold("સુમન") != names.fold("સમન")


def test_script_of_a_name_is_told_for_readers() -> None:
    assert [names.script_language(name) for name in ("સુમન શાહ", "काव्य", "Suman", "李")] == ["gu", "hi", "", ""]


@given(st.text(max_size=60))
def test_fold_twice_is_fold_once(text: str) -> None:
    assert names.fold(names.fold(text)) == names.fold(text)


@given(st.text(max_size=260))
def test_kept_name_is_stable_composed_and_safe(text: str) -> None:
    try:
        name = names.kept(text)
    except (names.NameHasHiddenMarks, names.NameIsTooLong):
        return
    assert names.kept(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.category(character) == "Cc" for character in name)
