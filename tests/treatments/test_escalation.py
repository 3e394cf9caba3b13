"""Who is called next to an urgent report, by hand: 1 treated the patient, 2 and 3 are colleagues, 9 is the manager."""

from datetime import UTC, datetime, timedelta

import pytest

from treatments.escalation import NEXT_AFTER, next_to_call

NOW = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)
ORDER = [1, 2, 3, 9]


@pytest.mark.parametrize(
    ("called", "minutes_ago", "expected"),
    [
        ([], None, 1),
        ([1], 14, None),
        ([1], 15, 2),
        ([1, 2], 15, 3),
        ([1, 2, 3], 60, 9),
        ([1, 2, 3, 9], 60, None),
        ([2], 15, 1),
    ],
)
def test_next_person_is_called_after_a_quarter_of_an_hour(
    called: list[int], minutes_ago: int | None, expected: int | None
) -> None:
    last_at = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    assert next_to_call(ORDER, called=called, last_at=last_at, now=NOW) == expected


def test_a_letter_that_failed_does_not_wait() -> None:
    assert next_to_call(ORDER, called=[1], last_at=NOW, now=NOW, at_once=True) == 2


def test_wait_is_the_quarter_of_an_hour_of_the_issue() -> None:
    assert timedelta(minutes=15) == NEXT_AFTER
