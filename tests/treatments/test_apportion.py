"""How a dose is split over pooled vials: exact, within what each holds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.apportion import NotEnough, apportion

D = Decimal
HUNDREDTHS = st.integers(min_value=0, max_value=50_000).map(lambda value: D(value) / 100)


@pytest.mark.parametrize(
    ("dose", "left", "parts"),
    [
        ("155", ("200",), ("155",)),
        ("155", ("50", "200"), ("31", "124")),
        ("0.01", ("100", "100"), ("0.01", "0")),
        ("100", ("50", "50", "50"), ("33.34", "33.33", "33.33")),
        ("3.1", ("3.1",), ("3.1",)),
        ("60", ("0", "100"), ("0", "60")),
        ("0", ("5", "5"), ("0", "0")),
    ],
)
def test_apportion_splits_by_what_each_vial_holds(dose: str, left: tuple[str, ...], parts: tuple[str, ...]) -> None:
    assert apportion(D(dose), [D(part) for part in left]) == tuple(D(part) for part in parts)


def test_apportion_of_more_than_all_hold_is_refused() -> None:
    with pytest.raises(NotEnough):
        apportion(D("100.01"), [D(50), D(50)])


@given(st.lists(HUNDREDTHS, min_size=1, max_size=6), st.data())
def test_apportion_adds_up_exactly_and_overdraws_nothing(left: list[Decimal], data: st.DataObject) -> None:
    held = sum(left, D(0))
    dose = data.draw(st.integers(min_value=0, max_value=int(held * 100)).map(lambda value: D(value) / 100))
    parts = apportion(dose, left)
    assert sum(parts, D(0)) == dose
    assert all(0 <= part <= whole for part, whole in zip(parts, left, strict=True))
    assert all(part == part.quantize(D("0.01")) for part in parts)
