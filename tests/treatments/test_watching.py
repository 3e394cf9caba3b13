"""An effect that wears off before week 11 twice is watched. Source: effect_window.md, how clinicians personalise."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.treatments.made import ABO, FORMULARY, ONA
from treatments.effect import Cycle, CycleEnd, EndStatus
from treatments.formulary import Formulary, shipped_document
from treatments.watching import shortening

RULES = FORMULARY.rules.shortening
DAY = date(2026, 1, 5)
SEEN, SAID = EndStatus.OBSERVED, EndStatus.REPORTED
RUNNING = CycleEnd(EndStatus.CENSORED, Fraction(12))


def cycles(count: int, product: str = ONA) -> list[Cycle]:
    return [
        Cycle(
            on=DAY + timedelta(weeks=12 * place),
            product=product,
            muscles=frozenset({"temporalis"}),
            units=Decimal(155),
            baseline=None,
            scores=(),
        )
        for place in range(count)
    ]


def ended(*weeks: str, status: EndStatus = SEEN) -> list[CycleEnd]:
    return [CycleEnd(status, Fraction(week)) for week in weeks]


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (ended("10", "9.5"), ("10", "19/2")),
        (ended("9", "10.9", status=SAID), ("9", "109/10")),
        (ended("9", "11"), None),  # week 11 itself is not before it
        (ended("9"), None),
        (ended("12", "10", "9"), ("10", "9")),
        (ended("10", "9", "12"), None),  # the last one held
        ([*ended("10", "9"), RUNNING], ("10", "9")),  # a new session does not hide them
        ([*ended("10"), CycleEnd(EndStatus.NO_EFFECT), *ended("9")], None),
        ([CycleEnd(EndStatus.NO_SCORES)], None),
    ],
)
def test_two_early_ends_in_a_row_are_watched(ends: list[CycleEnd], found: tuple[str, ...] | None) -> None:
    watched = shortening(cycles(len(ends)), ends, RULES)
    assert (watched.weeks if watched else None) == (tuple(Fraction(week) for week in found) if found else None)


def test_falling_is_each_shorter_than_the_one_before() -> None:
    falling, rising = (shortening(cycles(2), ended(*ends), RULES) for ends in (("10", "9"), ("9", "10")))
    assert falling is not None
    assert rising is not None
    assert (falling.is_falling, rising.is_falling) == (True, False)


def test_another_product_starts_the_watch_again() -> None:
    first, second = cycles(2)
    assert shortening([replace(first, product=ABO), second], ended("9", "9"), RULES) is None


def test_a_catalogue_without_the_watch_watches_nothing() -> None:
    rules = {key: value for key, value in shipped_document("rules").items() if key != "shortening_watch"}
    assert shortening(cycles(2), ended("9", "9"), Formulary.from_data({"rules": rules}).rules.shortening) is None


def test_the_words_come_from_the_catalogue() -> None:
    assert RULES is not None
    assert (RULES.before_week, RULES.cycles) == (Decimal(11), 2)
    assert RULES.suggestions == ("raise the dose within the label", "change the choice of muscles")


def test_units_of_migraine_are_advised_in_migraine_only() -> None:
    assert RULES is not None
    assert "155 up to 195 U" in RULES.suggestions_for("chronic_migraine")[0]
    assert RULES.suggestions_for("cervical_dystonia") == RULES.suggestions
