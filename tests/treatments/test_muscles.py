"""Sides and places: R24, PREEMPT's 31 points, and even layout of any other muscle on its own side."""

from collections import Counter
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import FORMULARY, SCM, preempt_sites, site
from treatments.findings import Level
from treatments.formulary import Point, UnknownEntry
from treatments.muscles import (
    FIGURE_SIZE,
    HEAD_SIZE,
    follow_the_pain_points,
    lay_out,
    protocol_sites,
    settle_side,
    side_finding,
    side_findings,
)
from treatments.site_dosing import PREEMPT

HALF = Decimal("0.5")
PLACES = [(muscle.key, side) for muscle in FORMULARY.muscles.values() for side in muscle.sides if muscle.point_on(side)]


@pytest.mark.parametrize(
    ("muscle", "side", "stored", "level"),
    [
        ("temporalis", "left", "left", Level.OK),
        ("temporalis", None, None, Level.BLOCK),
        ("temporalis", "", None, Level.BLOCK),
        ("temporalis", "midline", "midline", Level.BLOCK),
        ("procerus", None, "midline", Level.OK),
        ("procerus", "midline", "midline", Level.OK),
        ("procerus", "left", "midline", Level.WARN),
        ("orbicularis_oris", "midline", "midline", Level.OK),
    ],
)
def test_r24_a_paired_muscle_needs_its_side(muscle: str, side: str | None, stored: str | None, level: Level) -> None:
    known = FORMULARY.muscle(muscle)
    assert side_finding(known, side).level is level
    assert settle_side(known, side) == stored


def test_r24_speaks_once_for_each_injection_that_is_wrong() -> None:
    sites = [site(side=None, ref="1"), site(side=None, ref="2"), site("procerus", "right", ref="3"), site(ref="4")]
    found = side_findings(sites, FORMULARY)
    assert [(item.level, item.sites) for item in found] == [(Level.BLOCK, ("1", "2")), (Level.WARN, ("3",))]
    assert found[0].headline == "Temporalis needs left or right"


def test_r24_an_unknown_muscle_is_refused() -> None:
    with pytest.raises(UnknownEntry, match="no muscle 'tounge'"):
        side_findings([site("tounge", "left")], FORMULARY)


def test_preempt_lays_out_31_sites_of_5_units_at_their_own_points() -> None:
    laid = protocol_sites(FORMULARY.protocol(PREEMPT), FORMULARY)
    assert (len(laid), sum(item.units for item in laid)) == (31, Decimal(155))
    assert {item.point for item in laid} == {chart.point for chart in FORMULARY.chart_points if chart.is_fixed}
    assert Counter((item.muscle, item.side) for item in laid) == Counter(
        (chart.muscle, chart.side) for chart in FORMULARY.chart_points if chart.is_fixed
    )


def test_follow_the_pain_adds_eight_points() -> None:
    extra = [
        point
        for muscle in ("temporalis", "occipitalis", "trapezius_upper", "frontalis")
        for side in ("left", "right")
        for point in follow_the_pain_points(muscle, side, FORMULARY)
    ]
    assert len(set(extra)) == 8
    assert not set(extra) & {given_site.point for given_site in preempt_sites()}


def test_one_entry_of_a_muscle_stands_on_its_chart_point() -> None:
    assert lay_out(1, SCM, "left", FORMULARY) == (Point("head_front", Decimal("0.6"), Decimal("0.74")),)
    assert lay_out(1, SCM, "left", FORMULARY, "body_front") == (Point("body_front", Decimal("0.535"), Decimal("0.14")),)


@pytest.mark.parametrize(("muscle", "side"), PLACES)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_entries_are_apart_on_their_figure_and_on_their_own_side(muscle: str, side: str, count: int) -> None:
    points = lay_out(count, muscle, side, FORMULARY)
    assert len(set(points)) == count
    assert all(0 < point.x < 1 and 0 < point.y < 1 for point in points)
    for one, other in combinations([point for point in points if point.figure == points[-1].figure], 2):
        assert _apart(one, other) > 12  # half a mark's width: legible at worst
    if side != "midline":
        assert len({point.x > HALF for point in points if point.figure in ("head_front", "head_back")}) <= 1


@pytest.mark.parametrize("muscle", [muscle.key for muscle in FORMULARY.muscles.values() if muscle.is_paired])
@pytest.mark.parametrize("count", [1, 3, 6])
def test_the_right_side_mirrors_the_left(muscle: str, count: int) -> None:
    left, right = (lay_out(count, muscle, side, FORMULARY) for side in ("left", "right"))
    mirrored = [(point.figure, 1 - point.x, point.y) for point in left]
    opposite = {"head_left": "head_right"}
    assert [(point.figure, point.x, point.y) for point in right] == [
        (opposite.get(figure, figure), x, y) for figure, x, y in mirrored
    ]


@given(st.sampled_from(PLACES), st.integers(1, 15))
def test_any_number_of_entries_finds_its_places(place: tuple[str, str], count: int) -> None:
    assert len(set(lay_out(count, *place, FORMULARY))) == count


def _apart(one: Point, other: Point) -> float:
    width, height = FIGURE_SIZE.get(one.figure, HEAD_SIZE)
    return float((((one.x - other.x) * width) ** 2 + ((one.y - other.y) * height) ** 2).sqrt())
