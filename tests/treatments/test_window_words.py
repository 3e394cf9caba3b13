"""The window in words: whole weeks, a range in halves that holds the figure, how many cycles, how they are known."""

from decimal import Decimal

import pytest

from treatments.effect import EndStatus
from treatments.views.window_words import in_words

SEEN = (EndStatus.OBSERVED,)


@pytest.mark.parametrize(
    ("weeks", "low", "high", "n", "statuses", "words"),
    [
        ("11.67", "11.00", "11.67", 1, SEEN, "about 12 weeks, 11 to 12, from 1 cycle: seen in the scores"),
        ("10.83", "9.67", "10.83", 2, SEEN * 2, "about 11 weeks, 9.5 to 11, from 2 cycles: seen in the scores"),
        ("10.50", "10.50", "10.50", 1, SEEN, "about 11 weeks, 10.5 to 11, from 1 cycle: seen in the scores"),
        ("12.00", "12.00", "12.00", 0, (), "about 12 weeks: usual in this condition, no cycle tells yet"),
        (
            "12.00",
            "12.00",
            "12.00",
            2,
            (EndStatus.REPORTED, EndStatus.CENSORED),
            "about 12 weeks, from 2 cycles: said by the patient; not yet over at the last score",
        ),
    ],
)
def test_words_are_never_a_decimal_as_a_certainty(
    *, weeks: str, low: str, high: str, n: int, statuses: tuple[EndStatus, ...], words: str
) -> None:
    said = in_words(weeks=Decimal(weeks), low=Decimal(low), high=Decimal(high), n=n, statuses=statuses)
    assert said == words
