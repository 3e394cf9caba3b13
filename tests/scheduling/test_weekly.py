"""A week of hours as it is typed: breaks in any order, what a page shows again, and periods that give way."""

from datetime import date, time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import weekly
from scheduling.weekly import DayHours, Period


def at(text: str) -> time:
    return time.fromisoformat(text)


def hours(*stretches: str) -> list[weekly.Stretch]:
    return [(at(one[:5]), at(one[6:])) for one in stretches]


def test_breaks_in_any_order_leave_the_same_hours() -> None:
    """BTX-008: 15:00 entered before 12:30."""
    breaks = hours("15:00-15:15", "12:30-13:30", "13:00-13:30")
    found = {tuple(DayHours(0, at("09:30"), at("17:30"), order).stretches) for order in permutations(breaks)}
    assert found == {tuple(hours("09:30-12:30", "13:30-15:00", "15:15-17:30"))}


def test_a_break_outside_the_hours_takes_nothing_and_is_named() -> None:
    day = DayHours(0, at("10:00"), at("13:00"), tuple(hours("13:00-14:00", "12:45-13:30", "08:00-09:00")))
    assert day.stretches == hours("10:00-12:45")
    assert day.idle_breaks == tuple(hours("13:00-14:00", "08:00-09:00"))


def test_rows_are_shown_as_hours_with_breaks() -> None:
    rows = hours("17:00-20:00", "10:00-13:00")
    assert weekly.of_rows(2, rows) == DayHours(2, at("10:00"), at("20:00"), tuple(hours("13:00-17:00")))
    assert weekly.of_rows(2, []) is None


@pytest.mark.parametrize(
    "text",
    ["13:00-17:00, 18:30-18:45", "13:00 – 17:00 18.30-18.45", "13:00 to 17:00; 18:30—18:45"],  # noqa: RUF001 - typed by people
)
def test_breaks_are_read_as_people_type_them(text: str) -> None:
    assert weekly.read_breaks(text) == tuple(hours("13:00-17:00", "18:30-18:45"))
    assert weekly.in_words(weekly.read_breaks(text)) == "13:00-17:00, 18:30-18:45"


@pytest.mark.parametrize("text", ["13-17", "17:00-13:00", "13:00-13:00", "25:00-26:00", "lunch", "13:00-14:00 noon"])
def test_what_is_no_break_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        weekly.read_breaks(text)


@pytest.mark.parametrize(
    ("period", "cut", "left"),
    [
        ((None, None), (date(2027, 3, 8), None), [(None, date(2027, 3, 7))]),
        (
            (None, None),
            (date(2027, 3, 8), date(2027, 3, 20)),
            [(None, date(2027, 3, 7)), (date(2027, 3, 21), None)],
        ),
        ((date(2027, 3, 8), date(2027, 3, 20)), (date(2027, 3, 8), None), []),
        ((date(2027, 3, 8), None), (date(2027, 1, 1), date(2027, 3, 7)), [(date(2027, 3, 8), None)]),
        ((None, date(2027, 3, 7)), (date(2027, 3, 8), None), [(None, date(2027, 3, 7))]),
    ],
)
def test_a_period_gives_way_to_another(period: Period, cut: Period, left: list[Period]) -> None:
    assert weekly.outside(period, cut) == left


FEBRUARY = [date(2027, 2, number) for number in range(1, 29)]
DAYS = st.sampled_from([None, *FEBRUARY])
PERIODS = st.tuples(DAYS, DAYS).filter(lambda one: one[0] is None or one[1] is None or one[0] <= one[1])


def holds(period: Period, day: date) -> bool:
    return (period[0] is None or period[0] <= day) and (period[1] is None or day <= period[1])


@given(PERIODS, PERIODS, st.sampled_from(FEBRUARY))
def test_a_day_is_left_where_only_the_first_period_holds(period: Period, cut: Period, day: date) -> None:
    left = [one for one in weekly.outside(period, cut) if holds(one, day)]
    assert len(left) == (holds(period, day) and not holds(cut, day))
