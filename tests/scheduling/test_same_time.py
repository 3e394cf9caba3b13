"""The patient's own weekday and time again: by hand and by properties, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import slots
from scheduling.same_time import NEAR_MINUTES, Habit, first_day, nearest
from scheduling.slots import WeeklyHours

LONDON, AHMEDABAD, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
MONDAYS_AT_TEN = Habit(0, time(10), AHMEDABAD)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def at(day: date, clock: str, zone: ZoneInfo = AHMEDABAD) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def free_on(day: date, hours: tuple[str, str], zone: ZoneInfo, minutes: int) -> list[datetime]:
    """When a visit can start on a day, every so many minutes of working hours."""
    week = [WeeklyHours(day.weekday(), time.fromisoformat(hours[0]), time.fromisoformat(hours[1]))]
    spans = slots.working_spans(week, first=day, last=day, zone=zone)
    return slots.starts(
        spans, minutes=minutes, buffer_minutes=0, grid_minutes=minutes, not_before=utc("2026-01-01T00:00")
    )


def test_twelve_weeks_on_across_a_change_of_clocks_the_hour_stays() -> None:
    """BTX-017: 2027-01-20 10:00 in London; 12 weeks on 2027-04-14 10:00 there, 09:00Z; the first was 10:00Z."""
    first = utc("2027-01-20T10:00")
    habit = Habit.of(first, LONDON)
    back_on = first.date() + timedelta(weeks=12)
    day = first_day(habit, earliest_on=back_on, back_on=back_on)
    free = free_on(day, ("09:00", "12:00"), LONDON, 30)
    assert (day, nearest(free, habit, from_day=day)) == (date(2027, 4, 14), utc("2027-04-14T09:00"))


@pytest.mark.parametrize(
    ("hours", "zone", "expected"),
    [
        (("09:30", "12:30"), AHMEDABAD, ["04:00", "05:00", "06:00"]),
        (("10:00", "13:00"), AHMEDABAD, ["04:30", "05:30", "06:30"]),
        (("10:00", "13:00"), KATHMANDU, ["04:15", "05:15", "06:15"]),
    ],
)
def test_times_are_counted_on_the_local_clock(hours: tuple[str, str], zone: ZoneInfo, expected: list[str]) -> None:
    """BTX-013: hourly times begin when the hours begin, in a zone of +5:30 and of +5:45."""
    day = date(2027, 1, 11)
    week = [WeeklyHours(0, time.fromisoformat(hours[0]), time.fromisoformat(hours[1]))]
    spans = slots.working_spans(week, first=day, last=day, zone=zone)
    found = slots.starts(spans, minutes=60, buffer_minutes=0, grid_minutes=15, not_before=utc("2027-01-01T00:00"))
    on_the_hour = [one for one in found if (one - found[0]) % timedelta(hours=1) == timedelta(0)]
    assert [f"{one:%H:%M}" for one in on_the_hour] == expected


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2027-03-13", "18:00", "23:00"),
        ("2027-03-14", "17:00", "22:00"),
        ("2027-03-15", "17:00", "22:00"),
        ("2026-11-01", "18:00", "23:00"),
    ],
)
def test_afternoon_hours_stay_on_days_the_clocks_change(day: str, first: str, last: str) -> None:
    """BTX-014: New York, 13:00 to 18:00 local on all four days."""
    on = date.fromisoformat(day)
    (span,) = slots.working_spans([WeeklyHours(on.weekday(), time(13), time(18))], first=on, last=on, zone=NEW_YORK)
    assert (f"{span.start:%H:%M}", f"{span.end:%H:%M}") == (first, last)


def test_day_is_the_last_such_weekday_by_the_day_to_be_back() -> None:
    back_on = date(2027, 6, 3)  # a Thursday
    assert first_day(MONDAYS_AT_TEN, earliest_on=date(2027, 5, 24), back_on=back_on) == date(2027, 5, 31)


def test_day_is_never_before_the_earliest_permitted_one() -> None:
    tuesday = date(2027, 5, 25)
    assert first_day(MONDAYS_AT_TEN, earliest_on=tuesday, back_on=tuesday) == date(2027, 5, 31)


MONDAY = date(2027, 5, 24)


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        ([at(MONDAY, "10:00"), at(MONDAY, "10:15")], at(MONDAY, "10:00")),
        ([at(MONDAY, "09:00"), at(MONDAY, "10:30")], at(MONDAY, "10:30")),
        ([at(MONDAY, "09:30"), at(MONDAY, "10:30")], at(MONDAY, "09:30")),
        ([at(MONDAY, "17:00"), at(MONDAY + timedelta(days=7), "10:00")], at(MONDAY + timedelta(days=7), "10:00")),
        ([at(MONDAY, "17:00"), at(MONDAY + timedelta(days=7), "18:00")], at(MONDAY, "17:00")),
        ([at(MONDAY + timedelta(days=1), "10:00")], None),
        ([at(MONDAY - timedelta(days=7), "10:00")], None),
        ([], None),
    ],
)
def test_nearest_free_time_of_that_weekday(free: list[datetime], expected: datetime | None) -> None:
    assert nearest(free, MONDAYS_AT_TEN, from_day=MONDAY) == expected


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(st.integers(0, 6), days, st.integers(0, 200))
def test_first_day_is_that_weekday_permitted_and_not_late_where_it_can_be(
    weekday: int, earliest_on: date, later: int
) -> None:
    back_on = earliest_on + timedelta(days=later)
    day = first_day(Habit(weekday, time(10), AHMEDABAD), earliest_on=earliest_on, back_on=back_on)
    assert day.weekday() == weekday
    assert day >= earliest_on
    assert day <= back_on or day - earliest_on < timedelta(days=7)


@given(
    st.lists(st.integers(0, 60 * 24 * 7 * 10 // 15), max_size=40),
    st.sampled_from([LONDON, AHMEDABAD, NEW_YORK]),
    st.integers(0, 6),
)
def test_nearest_is_free_of_that_weekday_and_exact_where_it_may_be(
    quarters: list[int], zone: ZoneInfo, weekday: int
) -> None:
    start = utc("2027-03-01T00:00")
    free = [start + timedelta(minutes=15 * number) for number in quarters]
    habit = Habit(weekday, time(10), zone)
    found = nearest(free, habit, from_day=date(2027, 3, 8))
    fitting = [one for one in free if one.astimezone(zone).weekday() == weekday]
    fitting = [one for one in fitting if one.astimezone(zone).date() >= date(2027, 3, 8)]
    assert (found in fitting) if fitting else found is None
    if found is not None and habit.minutes_off(found) > NEAR_MINUTES:
        assert all(habit.minutes_off(one) > NEAR_MINUTES for one in fitting)
