"""When letters go: by hand, on a calendar of 2027."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from scheduling import timing
from scheduling.timing import Step

SUNDAYS = {6}


def test_steps_go_before_on_and_after_the_day_to_be_back() -> None:
    # To be back on Monday 24 May 2027: fourteen days before is Monday 10 May, ten after Thursday 3 June.
    assert timing.steps(
        reminder_on=date(2027, 5, 10),
        book_by_on=date(2027, 5, 24),
        today=date(2027, 3, 1),
        closed_weekdays=SUNDAYS,
        closures=(),
    ) == (Step(1, date(2027, 5, 10)), Step(2, date(2027, 5, 24)), Step(3, date(2027, 6, 3)))


def test_a_step_on_a_closed_day_goes_on_the_next_open_one() -> None:
    # 9 May 2027 is a Sunday, and the Monday after is a closure.
    found = timing.steps(
        reminder_on=date(2027, 5, 9),
        book_by_on=date(2027, 5, 24),
        today=date(2027, 3, 1),
        closed_weekdays=SUNDAYS,
        closures={date(2027, 5, 10)},
    )
    assert found[0] == Step(1, date(2027, 5, 11))


def test_a_step_whose_day_has_gone_by_is_not_owed() -> None:
    found = timing.steps(
        reminder_on=date(2027, 5, 10),
        book_by_on=date(2027, 5, 24),
        today=date(2027, 5, 25),
        closed_weekdays=SUNDAYS,
        closures=(),
    )
    assert found == (Step(3, date(2027, 6, 3)),)


def test_two_steps_that_fall_on_one_day_are_one_letter() -> None:
    found = timing.steps(
        reminder_on=None, book_by_on=date(2027, 5, 24), today=date(2027, 3, 1), closed_weekdays=SUNDAYS, closures=()
    )
    assert found == (Step(2, date(2027, 5, 24)), Step(3, date(2027, 6, 3)))


def test_a_place_that_is_never_open_does_not_search_for_ever() -> None:
    day = date(2027, 5, 10)
    assert timing.open_day(day, closed_weekdays=range(7), closures=()) == day


def test_nine_in_the_morning_is_the_places_own_nine() -> None:
    assert timing.morning(date(2027, 5, 10), mail_from=time(9), zone=ZoneInfo("Asia/Kolkata")) == datetime(
        2027, 5, 10, 3, 30, tzinfo=UTC
    )


def test_a_person_calls_a_week_after_the_last_letter_and_never_in_the_past() -> None:
    assert timing.call_on(book_by_on=date(2027, 5, 24), today=date(2027, 3, 1)) == date(2027, 6, 10)
    assert timing.call_on(book_by_on=date(2027, 5, 24), today=date(2027, 8, 1)) == date(2027, 8, 1)
