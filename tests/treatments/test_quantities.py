"""Doses typed and shown: the table of real misreadings, and that what is shown reads back as what was meant."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.quantities import (
    QuantityUnreadable,
    parse_ml,
    parse_units,
    same_units,
    show_ml,
    show_number,
    show_units,
)

DOSES = st.decimals("0.01", "99999.99", places=2)


@pytest.mark.parametrize("typed", ["2,5", "2,5 ", " 2,50", "1,000", "1.000,5"])
def test_btx_055_a_comma_is_refused_and_never_dropped(typed: str) -> None:
    with pytest.raises(QuantityUnreadable) as refusal:
        parse_units(typed)
    assert refusal.value.reason == "Write a point for decimals and no comma: 2.5 or 1000."
    assert refusal.value.typed == typed


@pytest.mark.parametrize(
    ("typed", "dose"),
    [
        ("2.5", "2.5"),
        ("1.25", "1.25"),
        (".5", "0.5"),
        ("0.5", "0.5"),
        ("5U", "5"),
        ("5 units", "5"),
        (" 5\u00a0units ", "5"),
        ("5.", "5"),
        ("155.00", "155"),
        ("૨.૫", "2.5"),
    ],
)
def test_btx_056_a_dose_is_read_exactly(typed: str, dose: str) -> None:
    assert parse_units(typed) == Decimal(dose)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "0", "0.00", "-5", "\u22125", "1e2", "NaN", "inf", "five", "5 5", "1.2.3", ".", "U", "0.005", "100000"],
)
def test_btx_056_what_is_no_dose_is_refused(typed: str) -> None:
    with pytest.raises(QuantityUnreadable):
        parse_units(typed)


@pytest.mark.parametrize(
    ("count", "dose", "total"), [(31, "5", "155"), (6, "1.25", "7.5"), (31, "0.1", "3.1"), (3, "0.1", "0.3")]
)
def test_btx_058_many_small_doses_add_up_exactly(count: int, dose: str, total: str) -> None:
    assert sum([parse_units(dose)] * count, Decimal(0)) == Decimal(total)
    assert show_number(sum([parse_units(dose)] * count, Decimal(0))) == total


@pytest.mark.parametrize(
    ("dose", "shown"),
    [
        ("5", "5\u00a0units"),
        ("0.5", "0.5\u00a0units"),
        ("2.50", "2.5\u00a0units"),
        ("10", "10\u00a0units"),
        ("1000", "1,000\u00a0units"),
        ("1E+3", "1,000\u00a0units"),
        ("1", "1\u00a0unit"),
    ],
)
def test_btx_059_a_dose_is_shown_so_that_it_cannot_be_misread(dose: str, shown: str) -> None:
    assert show_units(Decimal(dose)) == shown


def test_a_volume_has_its_own_places_and_unit() -> None:
    assert parse_ml("0.125") == Decimal("0.125")
    assert parse_ml("4 mL") == Decimal(4)
    assert show_ml(Decimal("3.1000")) == "3.1\u00a0mL"
    with pytest.raises(QuantityUnreadable):
        parse_ml("0.0001")


def test_doses_are_the_same_to_the_hundredth() -> None:
    assert same_units(Decimal(155), Decimal("155.00"))
    assert same_units(Decimal(155), Decimal("155.0099"))
    assert not same_units(Decimal(155), Decimal("155.01"))


@given(DOSES)
def test_a_dose_shown_reads_back_as_itself(dose: Decimal) -> None:
    assert parse_units(show_units(dose).replace(",", "")) == dose


@given(st.text(max_size=12))
def test_any_text_is_a_positive_dose_or_a_clear_refusal(typed: str) -> None:
    dose, reason = _read(typed)
    assert reason.endswith(".") != (Decimal(0) < dose <= Decimal("99999.99"))
    assert dose == dose.quantize(Decimal("0.01"))


def _read(typed: str) -> tuple[Decimal, str]:
    try:
        return parse_units(typed), ""
    except QuantityUnreadable as refusal:
        return Decimal(0), refusal.reason
