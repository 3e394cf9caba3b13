"""What follows from a call: the day to ring again, and when giving up is offered."""

from datetime import date

import pytest

from scheduling.call_outcomes import OUTCOMES, again_on, in_vain
from scheduling.models import CallOutcome

FRIDAY, SATURDAY, MONDAY = date(2027, 3, 5), date(2027, 3, 6), date(2027, 3, 8)
SUNDAY_CLOSED = (6,)


def test_every_outcome_says_what_follows() -> None:
    assert list(OUTCOMES) == CallOutcome.values


@pytest.mark.parametrize(
    ("outcome", "day"),
    [
        ("no_answer", SATURDAY),
        ("left_message", MONDAY),
        ("will_book", MONDAY),
        ("wants_later", date(2027, 4, 2)),
        ("wrong_number", date(2027, 3, 12)),
        ("books_now", None),
        ("declined", None),
        ("elsewhere", None),
        ("died", None),
    ],
)
def test_the_day_to_ring_again_follows_from_the_outcome(outcome: str, day: date | None) -> None:
    assert again_on(outcome, today=FRIDAY, closed_weekdays=SUNDAY_CLOSED, closures=()) == day


def test_nobody_rings_on_a_closed_day() -> None:
    assert again_on("no_answer", today=SATURDAY, closed_weekdays=SUNDAY_CLOSED, closures=()) == MONDAY
    assert again_on("no_answer", today=FRIDAY, closed_weekdays=SUNDAY_CLOSED, closures={SATURDAY}) == MONDAY


@pytest.mark.parametrize(
    ("newest_first", "count"),
    [
        ([], 0),
        (["no_answer"], 1),
        (["no_answer", "left_message", "wrong_number"], 3),
        (["no_answer", "will_book", "no_answer"], 1),
        (["wants_later", "no_answer"], 0),
    ],
)
def test_calls_in_vain_are_counted_since_somebody_was_reached(newest_first: list[str], count: int) -> None:
    assert in_vain(newest_first) == count
