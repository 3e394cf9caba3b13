"""Weekly headache days as days in 28: weekly x 4 at the end of the week."""

from datetime import date
from decimal import Decimal

import pytest

from treatments.diary import per_window, week_ends, whole_window

MONDAY = date(2027, 3, 1)


@pytest.mark.parametrize(("days", "of_28"), [(0, 0), (1, 4), (3, 12), (7, 28)])
def test_a_week_counts_four_times(days: int, of_28: int) -> None:
    assert per_window(days, 28) == Decimal(of_28)


def test_weeks_are_counted_from_the_injection_newest_first() -> None:
    assert week_ends(anchor=MONDAY, today=date(2027, 3, 18), weeks=3) == (
        date(2027, 3, 15),
        date(2027, 3, 8),
        date(2027, 3, 1),
    )
    assert week_ends(anchor=MONDAY, today=date(2027, 3, 15), weeks=1) == (date(2027, 3, 15),)
    assert week_ends(anchor=MONDAY, today=date(2027, 2, 24), weeks=1) == (date(2027, 2, 22),)


def test_four_weeks_without_a_gap_are_counted_whole() -> None:
    weeks = {date(2027, 3, 8): 2, date(2027, 3, 15): 3, date(2027, 3, 22): 1, date(2027, 3, 29): 4}
    assert whole_window(weeks, 28) == (date(2027, 3, 29), 10)
    assert whole_window({**weeks, date(2027, 4, 12): 7}, 28) == (date(2027, 3, 29), 10)
    assert whole_window({day: days for day, days in weeks.items() if day != date(2027, 3, 15)}, 28) is None
