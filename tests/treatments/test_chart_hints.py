"""What the body chart suggests: a dose that somebody planned, or none; a place that is the patient's own side."""

from decimal import Decimal

import pytest

from treatments.chart_hints import places_of_muscles, planned_doses
from treatments.facts import Site
from treatments.formulary import Formulary

FORMULARY = Formulary.from_files()
PREEMPT = FORMULARY.protocol("preempt_chronic_migraine")


def site(muscle: str, side: str, units: str) -> Site:
    return Site(ref="", muscle=muscle, side=side, units=Decimal(units))


def test_dose_of_the_plan_goes_before_the_protocols() -> None:
    doses = planned_doses([site("frontalis", "left", "7.5")], PREEMPT)
    assert doses["frontalis:left"] == doses["frontalis"] == Decimal("7.5")
    assert doses["temporalis"] == Decimal(5)


def test_dose_is_not_suggested_where_the_plan_has_two() -> None:
    doses = planned_doses([site("frontalis", "left", "5"), site("frontalis", "right", "10")], None)
    assert (doses["frontalis:left"], doses["frontalis:right"]) == (Decimal(5), Decimal(10))
    assert "frontalis" not in doses


def test_muscle_nobody_planned_has_no_dose() -> None:
    assert "masseter" not in planned_doses([site("frontalis", "left", "5")], PREEMPT)
    assert planned_doses([], None) == {}


@pytest.mark.parametrize(
    ("figure", "left_is_right_of_the_middle"),
    [("head_front", True), ("body_front", True), ("head_back", False), ("body_back", False)],
)
def test_every_place_lies_on_the_patients_own_half(figure: str, left_is_right_of_the_middle: bool) -> None:
    half = Decimal("0.5")
    sided = [(side, point.x) for _, side, point in places_of_muscles(FORMULARY) if point.figure == figure]
    assert {side for side, _ in sided} >= {"left", "right"}
    for side, x in sided:
        if side != "midline":
            assert (x > half) == ((side == "left") == left_is_right_of_the_middle), (figure, side, x)


def test_profile_has_only_its_own_side() -> None:
    for figure in ("head_left", "head_right"):
        sides = {side for _, side, point in places_of_muscles(FORMULARY) if point.figure == figure}
        assert sides == {figure.removeprefix("head_")}
