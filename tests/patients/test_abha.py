"""ABHA numbers and addresses: format only, one stored form."""

import pytest

from patients import abha

SPELLINGS = (
    *("91123456789012", "91-1234-5678-9012", " 91 1234 5678 9012 "),
    *("91\u20131234\u20135678\u20139012", "૯૧૧૨૩૪૫૬૭૮૯૦૧૨"),
)


@pytest.mark.parametrize("text", SPELLINGS)
def test_number_in_any_spelling_is_kept_in_one_form(text: str) -> None:
    assert abha.number_kept(text) == "91123456789012"


def test_number_is_shown_in_its_groups_and_nothing_is_nothing() -> None:
    assert abha.number_shown("91123456789012") == "91-1234-5678-9012"
    assert (abha.number_kept("  "), abha.number_shown("")) == ("", "")


@pytest.mark.parametrize(("text", "digits"), [("1234 5678 9012", 12), ("9112345678901", 13), ("9112345678901a", 0)])
def test_what_has_not_fourteen_digits_is_no_number(text: str, digits: int) -> None:
    with pytest.raises(abha.NotAnAbhaNumber) as refused:
        abha.number_kept(text)
    assert (refused.value.digits, refused.value.is_like_aadhaar) == (digits, digits == 12)


def test_no_checksum_is_asked_for() -> None:
    assert {abha.number_kept(f"9112345678901{last}")[-1] for last in "0123456789"} == set("0123456789")


@pytest.mark.parametrize("text", ["Asha.Rao@ABDM", "91123456789012@abdm", "asha_1@sbx", "asha@abdm"])
def test_address_is_kept_in_small_letters(text: str) -> None:
    assert abha.address_kept(text) == text.lower()


@pytest.mark.parametrize(
    "text", ["asha", "asha@example", "ash@abdm", ".asha@abdm", "asha..rao@abdm", "a" * 19 + "@abdm"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(abha.NotAnAbhaAddress):
        abha.address_kept(text)
