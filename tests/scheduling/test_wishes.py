"""When a wish of the waiting list is met, and until when an offer may be answered."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.wishes import Wish, answer_by

INDIA, LONDON = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/London")
WEEK = Wish(date(2027, 3, 1), date(2027, 3, 7))
MORNINGS = Wish(date(2027, 3, 1), date(2027, 3, 31), weekdays=(1, 3), opens=time(10), closes=time(13))
NOTICE = timedelta(hours=2)


@pytest.mark.parametrize(
    ("wish", "starts", "is_met"),
    [
        (WEEK, "2027-03-01 00:00", True),
        (WEEK, "2027-03-07 23:00", True),
        (WEEK, "2027-02-28 23:59", False),
        (WEEK, "2027-03-08 00:00", False),
        (MORNINGS, "2027-03-02 10:00", True),  # a Tuesday
        (MORNINGS, "2027-03-04 12:30", True),  # a Thursday, over at one
        (MORNINGS, "2027-03-04 12:45", False),  # over at a quarter past one
        (MORNINGS, "2027-03-02 09:45", False),
        (MORNINGS, "2027-03-03 10:00", False),  # a Wednesday
    ],
)
def test_wish_is_met_within_its_days_and_hours_there(wish: Wish, starts: str, *, is_met: bool) -> None:
    """The clock is that of the place: these instants lie on other days and hours in UTC."""
    start = datetime.fromisoformat(starts).replace(tzinfo=INDIA).astimezone(UTC)
    assert wish.suits(start, start + timedelta(minutes=30), INDIA) is is_met


def test_wish_follows_the_clock_across_a_change_of_it() -> None:
    """Ten o'clock in London is 10:00 UTC in the week before 28 March 2027, and 09:00 UTC from then on."""
    wish = Wish(date(2027, 3, 20), date(2027, 4, 3), opens=time(10), closes=time(11))
    half_an_hour = timedelta(minutes=30)
    for start, is_met in (
        (datetime(2027, 3, 27, 10, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 27, 9, 0, tzinfo=UTC), False),
        (datetime(2027, 3, 29, 9, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 29, 10, 0, tzinfo=UTC), False),
    ):
        assert wish.suits(start, start + half_an_hour, LONDON) is is_met


def test_a_visit_that_runs_past_midnight_is_not_over_by_an_hour_of_that_day() -> None:
    start = datetime(2027, 3, 2, 23, 45, tzinfo=INDIA)
    assert not Wish(date(2027, 3, 2), date(2027, 3, 2), closes=time(23, 59)).suits(
        start, start + timedelta(minutes=30), INDIA
    )


NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_in", "wakes_in", "answered_by"),
    [
        (timedelta(days=2), timedelta(0), timedelta(hours=4)),
        (timedelta(hours=5), timedelta(0), timedelta(hours=3)),  # two hours of notice before it
        (timedelta(days=2), timedelta(hours=15), timedelta(hours=19)),  # counted from the morning
        (timedelta(hours=2, minutes=30), timedelta(0), timedelta(minutes=30)),
        (timedelta(hours=2, minutes=29), timedelta(0), None),
        (timedelta(hours=16), timedelta(hours=15), None),
        (timedelta(hours=-1), timedelta(0), None),
    ],
)
def test_offer_is_answered_within_four_hours_of_waking_and_before_the_notice(
    starts_in: timedelta, wakes_in: timedelta, answered_by: timedelta | None
) -> None:
    found = answer_by(starts_at=NOON + starts_in, notice=NOTICE, now=NOON, wakes_at=NOON + wakes_in)
    assert found == (NOON + answered_by if answered_by else None)
