"""Two sessions held against each other: exact differences, and none between units of two products."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from treatments.comparing import compare
from treatments.facts import Site

UNITS = st.decimals(min_value="0.01", max_value="400", places=2)
SITES = st.lists(
    st.builds(
        Site,
        ref=st.just(""),
        muscle=st.sampled_from(["frontalis", "temporalis", "masseter"]),
        side=st.sampled_from(["left", "right"]),
        units=UNITS,
    ),
    max_size=12,
)


def site(muscle: str, side: str, units: str) -> Site:
    return Site(ref="", muscle=muscle, side=side, units=Decimal(units))


BEFORE = [site("frontalis", "left", "5"), site("frontalis", "left", "5"), site("frontalis", "right", "5")]
AFTER = [site("frontalis", "left", "7.5"), site("masseter", "left", "10"), site("frontalis", "right", "5")]


def test_each_muscle_and_side_is_one_row_with_its_change() -> None:
    rows = {(row.muscle, row.side): row for row in compare(BEFORE, AFTER, is_one_product=True)}
    left = rows["frontalis", "left"]
    assert (left.first.each, left.second.each) == ((Decimal(5), Decimal(5)), (Decimal("7.5"),))
    assert (left.sites_changed, left.units_changed) == (-1, Decimal("-2.5"))
    assert rows["frontalis", "right"].is_same
    assert (rows["masseter", "left"].sites_changed, rows["masseter", "left"].units_changed) == (1, Decimal(10))


def test_units_of_two_products_are_not_compared() -> None:
    rows = compare(BEFORE, AFTER, is_one_product=False)
    assert {row.units_changed for row in rows} == {None}
    assert [row.sites_changed for row in rows] == [-1, 0, 1]


@given(SITES, SITES)
def test_changes_sum_to_the_difference_of_the_totals(first: list[Site], second: list[Site]) -> None:
    rows = compare(first, second, is_one_product=True)
    total = sum((site.units for site in second), Decimal(0)) - sum((site.units for site in first), Decimal(0))
    assert sum((row.units_changed or Decimal(0) for row in rows), Decimal(0)) == total


@given(SITES)
def test_a_session_differs_in_nothing_from_itself(sites: list[Site]) -> None:
    assert all(row.is_same for row in compare(sites, sites, is_one_product=True))
