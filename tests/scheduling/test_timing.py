"""When letters go: by hand, on a calendar of 2027."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import timing
from scheduling.timing import Place, Schedule, Step, StepRule

SUNDAYS = {6}
INDIA = ZoneInfo("Asia/Kolkata")
HOUSE = timing.schedule_of_the_house(14)
BACK_ON = date(2027, 5, 24)


def place(*closures: date, weekdays: Collection[int] = SUNDAYS, zone: ZoneInfo = INDIA) -> Place:
    return Place(zone, time(9), frozenset(weekdays), frozenset(closures))


def steps(schedule: Schedule = HOUSE, *, today: date = date(2027, 3, 1), **facts: Any) -> tuple[Step, ...]:
    known: dict[str, Any] = {"reminder_on": date(2027, 5, 10), "book_by_on": BACK_ON, "lead_days": 14, "place": place()}
    return timing.steps(schedule, today=today, **known | facts)


def test_steps_go_before_on_and_after_the_day_to_be_back() -> None:
    # To be back on Monday 24 May 2027: fourteen days before is Monday 10 May, ten after Thursday 3 June.
    assert steps() == (Step(1, date(2027, 5, 10)), Step(2, BACK_ON), Step(3, date(2027, 6, 3)))


def test_a_step_on_a_closed_day_goes_on_the_next_open_one() -> None:
    # 9 May 2027 is a Sunday, and the Monday after is a closure.
    assert steps(reminder_on=date(2027, 5, 9), place=place(date(2027, 5, 10)))[0] == Step(1, date(2027, 5, 11))


def test_a_step_whose_day_has_gone_by_is_not_owed() -> None:
    assert steps(today=date(2027, 5, 25)) == (Step(3, date(2027, 6, 3)),)


def test_a_waiting_letter_whose_day_moved_into_the_past_goes_today() -> None:
    # Three weeks before is Monday 3 May; on Tuesday 4 May the letter still waits for the 10th.
    weeks = Schedule((StepRule(1, -21), StepRule(2, 0)))
    assert steps(weeks, today=date(2027, 5, 4), waiting={1, 2}) == (Step(1, date(2027, 5, 4)), Step(2, BACK_ON))
    assert steps(weeks, today=date(2027, 5, 4)) == (Step(2, BACK_ON),)
    assert steps(weeks, today=date(2027, 5, 9), waiting={1, 2})[0] == Step(1, date(2027, 5, 10))  # a Sunday


def test_two_steps_that_fall_on_one_day_are_one_letter() -> None:
    # Saturday and Sunday closed: Saturday's and Sunday's letters are both Monday's, and the later step goes.
    two = Schedule((StepRule(1, -2), StepRule(2, -1), StepRule(3, 10)))
    found = steps(two, reminder_on=None, place=place(weekdays={5, 6}))
    assert found == (Step(2, BACK_ON), Step(3, date(2027, 6, 3)))


def test_the_first_letter_follows_the_clinics_number_unless_the_estimate_wants_it_sooner() -> None:
    weeks = Schedule((StepRule(1, -21), StepRule(2, 0)))
    assert steps(weeks)[0] == Step(1, date(2027, 5, 3))
    week = Schedule((StepRule(1, -7), StepRule(2, 0)))
    assert steps(week)[0] == Step(1, date(2027, 5, 17))
    # It wears off sooner: asked for on 8 May, two days before the catalogue's own day.
    assert steps(week, reminder_on=date(2027, 5, 8))[0] == Step(1, date(2027, 5, 8))
    assert steps(weeks, reminder_on=date(2027, 5, 8))[0] == Step(1, date(2027, 5, 3))
    assert steps(Schedule((StepRule(2, 0),)), reminder_on=date(2027, 5, 8)) == (Step(2, BACK_ON),)


def test_a_step_keeps_its_number_wherever_its_day_is() -> None:
    late_first = Schedule((StepRule(1, 20), StepRule(4, -30)))
    assert steps(late_first) == (Step(4, date(2027, 4, 24)), Step(1, date(2027, 6, 14)))  # 13 June is a Sunday


@given(
    days=st.lists(st.tuples(st.integers(1, 9), st.integers(-90, 180)), max_size=6, unique_by=lambda pair: pair[0]),
    book_by_on=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    earlier=st.one_of(st.none(), st.integers(0, 60)),
    since=st.integers(-120, 200),
    weekdays=st.sets(st.integers(0, 6), max_size=6),
    closed=st.sets(st.integers(-100, 200), max_size=12),
    waiting=st.sets(st.integers(1, 9)),
    zone=st.sampled_from(["Asia/Kolkata", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_letters_go_on_open_days_to_come_one_a_day(
    days: list[tuple[int, int]],
    book_by_on: date,
    earlier: int | None,
    since: int,
    weekdays: set[int],
    closed: set[int],
    waiting: set[int],
    zone: str,
) -> None:
    here = place(*(book_by_on + timedelta(days=day) for day in closed), weekdays=weekdays, zone=ZoneInfo(zone))
    schedule = Schedule(tuple(StepRule(number, day) for number, day in days))
    today = book_by_on + timedelta(days=since)
    planned = timing.plan(
        schedule,
        reminder_on=None if earlier is None else book_by_on - timedelta(days=earlier),
        book_by_on=book_by_on,
        lead_days=14,
        now=datetime.combine(today, time(12), here.zone),
        place=here,
        waiting=waiting,
    )
    local = [at.astimezone(here.zone) for at in planned.letters.values()]
    assert all(at.date() >= today for at in local)
    assert all(at.date().weekday() not in weekdays and at.date() not in here.closures for at in local)
    assert all(at.time() == time(9) for at in local)  # nine stays nine on either side of a change of clocks
    assert len({at.date() for at in local}) == len(local)
    assert planned.calls_from >= today
    assert set(planned.letters) <= {number for number, _ in days}
    if schedule.steps:  # the later of two steps of a day goes, so the last of all always does where it is to come
        last = max((day, number) for number, day in days)[1]
        on = here.open_day(book_by_on + timedelta(days=max(day for _, day in days)))
        assert last in planned.letters or on < today


def test_a_place_that_is_never_open_does_not_search_for_ever() -> None:
    day = date(2027, 5, 10)
    assert timing.open_day(day, closed_weekdays=range(7), closures=()) == day


def test_nine_in_the_morning_is_the_places_own_nine() -> None:
    assert timing.morning(date(2027, 5, 10), mail_from=time(9), zone=ZoneInfo("Asia/Kolkata")) == datetime(
        2027, 5, 10, 3, 30, tzinfo=UTC
    )


def test_a_person_calls_a_week_after_the_last_letter_and_never_in_the_past() -> None:
    facts: dict[str, Any] = {"book_by_on": BACK_ON, "reminder_on": date(2027, 5, 10), "lead_days": 14}
    assert timing.call_on(HOUSE, **facts, today=date(2027, 3, 1)) == date(2027, 6, 10)
    assert timing.call_on(HOUSE, **facts, today=date(2027, 8, 1)) == date(2027, 8, 1)
    only_first = Schedule((StepRule(1, -14),), call_after_days=3)
    assert timing.call_on(only_first, **facts, today=date(2027, 3, 1)) == date(2027, 5, 13)


def test_a_policy_without_letters_calls_when_the_first_would_have_gone() -> None:
    facts: dict[str, Any] = {"book_by_on": BACK_ON, "lead_days": 14, "today": date(2027, 3, 1)}
    assert timing.call_on(Schedule(()), reminder_on=date(2027, 5, 8), **facts) == date(2027, 5, 8)
    assert timing.call_on(Schedule(()), reminder_on=None, **facts) == date(2027, 5, 10)


def test_a_visits_reminders_go_on_local_mornings_days_before() -> None:
    # New York goes to summer time on Sunday 14 March 2027: nine is 14:00Z before and 13:00Z from then on.
    york = place(zone=ZoneInfo("America/New_York"))
    starts_at = datetime(2027, 3, 15, 14, 0, tzinfo=UTC)
    assert timing.visit_reminders({1, 3}, starts_at=starts_at, now=datetime(2027, 3, 1, tzinfo=UTC), place=york) == {
        3: datetime(2027, 3, 12, 14, 0, tzinfo=UTC),
        1: datetime(2027, 3, 14, 13, 0, tzinfo=UTC),
    }
    gone_by = datetime(2027, 3, 12, 14, 0, tzinfo=UTC)
    assert list(timing.visit_reminders({1, 3}, starts_at=starts_at, now=gone_by, place=york)) == [1]


MORNING = datetime(2027, 3, 10, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("invited", "asked", "expected"),
    [
        (timedelta(days=-9), timedelta(days=-9), timedelta(0)),
        (timedelta(days=-1), timedelta(days=-1), timedelta(0)),
        (timedelta(hours=-23), timedelta(hours=-23), None),
        (timedelta(days=-9), timedelta(seconds=-1), timedelta(0)),
        (timedelta(days=-9), timedelta(0), timedelta(seconds=10)),
        (timedelta(days=-1), timedelta(hours=5), timedelta(hours=5, seconds=10)),
        (timedelta(hours=-18), timedelta(hours=5), None),
    ],
)  # each from the morning on which the form is asked for again
def test_a_form_is_asked_for_again_a_day_after_it_was_asked_for(
    invited: timedelta, asked: timedelta, expected: timedelta | None
) -> None:
    due = timing.asked_again_at(MORNING, invited_at=MORNING + invited, now=MORNING + asked)
    assert due == (None if expected is None else MORNING + expected)
