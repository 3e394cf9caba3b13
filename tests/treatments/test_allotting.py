"""A day's doses against sealed vials of 100 and 50: by hand, each patient with vials of their own."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from treatments.allotting import allot
from treatments.syringe import Sealed

DAY = date(2027, 3, 2)


def sealed(*sizes: int, expires_on: date = DAY, is_in_use: bool = True) -> list[Sealed]:
    return [
        Sealed(ref=f"{expires_on} {number}", units=Decimal(size), expires_on=expires_on, is_in_use=is_in_use)
        for number, size in enumerate(sizes)
    ]


def sizes(counts: Sequence[tuple[Decimal, int]]) -> list[tuple[int, int]]:
    return [(int(size), count) for size, count in counts]


def test_what_one_patient_leaves_over_helps_no_other() -> None:
    """60 and 30 units are 90 together, but two vials of 100: R26."""
    found = allot([Decimal(60), Decimal(30)], sealed(100, 100, 100), DAY)
    assert (found.patients, found.units, found.missing) == (2, Decimal(90), Decimal(0))
    assert sizes(found.to_open) == [(100, 2)]
    assert sizes(found.in_stock) == [(100, 3)]


def test_a_dose_beyond_one_vial_takes_as_many_as_hold_it() -> None:
    found = allot([Decimal(140)], sealed(50, 100, 50), DAY)
    assert found.missing == 0
    assert sizes(found.to_open) == [(100, 1), (50, 1)]


def test_who_comes_after_the_last_vial_is_short_by_the_whole_dose() -> None:
    found = allot([Decimal(155), Decimal(40)], sealed(100, 100), DAY)
    assert found.missing == 40
    assert [one.missing for one in found.each] == [0, 40]


def test_vials_that_expire_before_the_day_or_are_recalled_are_not_counted() -> None:
    stock = [*sealed(100, expires_on=DAY - timedelta(days=1)), *sealed(100, is_in_use=False)]
    found = allot([Decimal(10)], stock, DAY)
    assert found.missing == 10
    assert found.in_stock == found.to_open == ()


def test_a_day_without_doses_needs_nothing() -> None:
    found = allot([], sealed(100), DAY)
    assert (found.patients, found.units, found.missing) == (0, Decimal(0), Decimal(0))
    assert found.to_open == ()


@given(
    doses=st.lists(st.decimals(min_value=1, max_value=400, places=1), max_size=8),
    vials=st.lists(st.sampled_from([50, 100, 200]), max_size=12),
)
def test_no_vial_is_given_to_two_patients_and_nothing_is_lost(doses: list[Decimal], vials: list[int]) -> None:
    found = allot(doses, sealed(*vials), DAY)
    opened = [vial.ref for one in found.each for vial in one.vials]
    assert len(opened) == len(set(opened))
    assert sum(one.held for one in found.each) + found.missing >= found.units
    assert [one.dose for one in found.each] == doses
