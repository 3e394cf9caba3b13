"""Phones: one stored form for every spelling. The table is tests/files/phones.json."""

import json
from pathlib import Path

import pytest

from patients import phones

ROWS = json.loads((Path(__file__).resolve().parents[1] / "files" / "phones.json").read_text())["rows"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [*((row["in"], row["out"]) for row in ROWS if row["out"] is not None), ("૯૮૭૬૫ ૦૦૧૮૧", "+919876500181")],
)
def test_btx_046_every_spelling_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert phones.stored(typed, "IN") == stored


@pytest.mark.parametrize("typed", [row["in"] for row in ROWS if row["out"] is None])
def test_btx_047_short_number_is_refused(typed: str) -> None:
    with pytest.raises(phones.NotAPhone) as refusal:
        phones.stored(typed, "IN")
    assert refusal.value.digits == 7


def test_btx_047_number_with_a_figure_too_many_says_so() -> None:
    with pytest.raises(phones.NotAPhone) as refusal:
        phones.stored("98765001811234", "IN")
    assert refusal.value.is_long


@pytest.mark.parametrize("text", ["call me", "+", "+91", "0", "12345678901234567890"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(phones.NotAPhone):
        phones.stored(text, "IN")


def test_number_without_plus_is_read_where_the_location_is() -> None:
    assert phones.stored("020 7946 0018", "GB") == "+442079460018"


def test_btx_046_shown_grouped_for_reading() -> None:
    assert phones.shown("+919876500181") == "+91 98765 00181"
    assert phones.shown("") == ""


def test_last_digits_are_a_prefix_of_the_reversed_number() -> None:
    assert phones.backwards("+919876500181").startswith("00181"[::-1])


@pytest.mark.parametrize("text", ["00181", "98765 00181", "+91 98765-00181", "(079) 2630", "00919876500181"])
def test_search_text_of_digits_looks_like_a_number(text: str) -> None:
    assert phones.looks_like_a_number(text)


@pytest.mark.parametrize("text", ["asha", "2nd", "", "+", "Maynard46"])
def test_search_text_with_letters_does_not(text: str) -> None:
    assert not phones.looks_like_a_number(text)


@pytest.mark.parametrize("typed", ["098765", "98765", "+9198765", "0091 98765", "9198765"])
def test_half_a_number_in_any_spelling_begins_the_stored_one(typed: str) -> None:
    assert any("+919876500181".startswith(beginning) for beginning in phones.beginnings(typed, "IN"))
