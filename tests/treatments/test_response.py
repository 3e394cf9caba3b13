"""Responder or not, by hand, in points and in percent, in both directions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.treatments.made import FORMULARY
from treatments.effect import Cycle, ScoreAt
from treatments.response import Response, response_of


def answered(instrument: str, baseline: str | None, *scores: tuple[int, str]) -> Response | None:
    cycle = Cycle(
        on=date(2027, 3, 1),
        product="onabotulinumtoxinA",
        muscles=frozenset({"temporalis"}),
        units=Decimal(155),
        baseline=None if baseline is None else Decimal(baseline),
        scores=tuple(ScoreAt(Decimal(week), Decimal(value)) for week, value in scores),
    )
    return response_of(cycle, FORMULARY.instrument(instrument), FORMULARY.rules.effect)


def test_percent_of_the_baseline_for_headache_days() -> None:
    found = answered("headache_days", "22", (4, "10"), (8, "9"), (12, "18"))
    assert found is not None
    assert replace(found, reached=()) == Response(
        baseline=Decimal(22), best=Decimal(9), gain=Decimal(13), needed=Decimal("6.6"), percent=59, is_responder=True
    )
    assert [(mark.value, is_reached) for mark, is_reached in found.reached] == [
        (Decimal(30), True),
        (Decimal(50), True),
    ]  # 59 % fewer


@pytest.mark.parametrize(("best", "is_responder"), [("14", True), ("14.01", False), ("20", False), ("25", False)])
def test_thirty_percent_fewer_days_is_a_response_and_less_is_none(best: str, *, is_responder: bool) -> None:
    found = answered("headache_days", "20", (4, best))
    assert found is not None
    assert found.is_responder is is_responder


def test_points_where_higher_is_better() -> None:
    found = answered("koos", "45", (4, "70"), (8, "72"))
    assert found is not None
    assert (found.gain, found.needed, found.is_responder) == (Decimal(27), Decimal(8), True)


def test_worse_is_below_nought_in_either_direction() -> None:
    for instrument, best in (("nrs", "8"), ("koos", "5")):
        found = answered(instrument, "7", (4, best))
        assert found is not None
        assert (found.gain < 0, found.is_responder) == (True, False)


def test_a_baseline_of_nought_answers_to_nothing() -> None:
    found = answered("headache_days", "0", (4, "0"))
    assert found is not None
    assert (found.percent, found.is_responder) == (None, False)


def test_nothing_can_be_told_without_baseline_score_in_time_or_smallest_change() -> None:
    assert answered("headache_days", None, (4, "9")) is None
    assert answered("headache_days", "22", (9, "9")) is None
    assert answered("midas", "22", (4, "9")) is None
