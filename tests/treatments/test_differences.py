"""How one set of sites differs from another: by hand, and what holds for any two."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from treatments.differences import differences, injections
from treatments.plan_sites import SiteRow


def row(place: str, count: int, each: str) -> SiteRow:
    muscle, _colon, side = place.partition(":")
    return SiteRow(muscle, side, count, Decimal(each))


def test_two_sites_more_on_the_left_are_one_difference() -> None:
    now = [row("temporalis:left", 6, "5"), row("temporalis:right", 4, "5")]
    before = [row("temporalis:left", 4, "5"), row("temporalis:right", 4, "5")]
    (found,) = differences(now, before)
    assert (found.place, found.sites, found.units) == ("temporalis:left", 2, Decimal(10))


def test_same_units_in_fewer_sites_differ() -> None:
    (found,) = differences([row("masseter:left", 1, "10")], [row("masseter:left", 2, "5")])
    assert (found.sites, found.units) == (-1, Decimal(0))


def test_what_came_and_what_was_left_out_say_so() -> None:
    came, gone = differences([row("procerus:midline", 1, "5")], [row("masseter:left", 1, "2.5")])
    assert (came.is_new, came.is_left_out, came.units) == (True, False, Decimal(5))
    assert (gone.is_new, gone.is_left_out, gone.units) == (False, True, Decimal("-2.5"))


def test_lines_of_one_muscle_and_side_are_one_injection() -> None:
    two_lines = [row("temporalis:left", 2, "5"), row("temporalis:left", 1, "2.5")]
    assert injections(two_lines)["temporalis:left"].units == Decimal("12.5")


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["temporalis:left", "temporalis:right", "procerus:midline", "masseter:left"]),
        st.integers(1, 6),
        st.sampled_from(["0.01", "2.5", "5", "12.25"]),
    ),
    max_size=6,
)


@given(ROWS)
def test_nothing_differs_from_itself_in_any_order(rows: list[SiteRow]) -> None:
    assert differences(rows, list(reversed(rows))) == ()


@given(ROWS, ROWS)
def test_differences_are_what_the_totals_differ_by(now: list[SiteRow], before: list[SiteRow]) -> None:
    found = differences(now, before)
    total = sum((one.units for one in now), Decimal(0)) - sum((one.units for one in before), Decimal(0))
    assert sum((one.units for one in found), Decimal(0)) == total
