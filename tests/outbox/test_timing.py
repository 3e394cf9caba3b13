"""Waking hours and waits."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.outbox.mail_server import LONGEST_CONVERSATION
from clinic.outbox.timing import LEASE, next_waking, wait_after

AHMEDABAD = ZoneInfo("Asia/Kolkata")
NEW_YORK = ZoneInfo("America/New_York")
NINE, TWENTY = time(9), time(20)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "opens", "closes", "goes"),
    [
        ("2027-03-01T03:29", AHMEDABAD, NINE, TWENTY, "2027-03-01T03:30"),  # 08:59
        ("2027-03-01T03:30", AHMEDABAD, NINE, TWENTY, "2027-03-01T03:30"),  # 09:00
        ("2027-03-01T14:29", AHMEDABAD, NINE, TWENTY, "2027-03-01T14:29"),  # 19:59
        ("2027-03-01T14:30", AHMEDABAD, NINE, TWENTY, "2027-03-02T03:30"),  # 20:00
        ("2027-03-01T20:00", AHMEDABAD, NINE, TWENTY, "2027-03-02T03:30"),  # 01:30 of the next local day
        ("2027-03-14T04:00", NEW_YORK, NINE, TWENTY, "2027-03-14T13:00"),  # the night clocks go forward: 09:00 is UTC-4
        ("2027-11-07T03:00", NEW_YORK, NINE, TWENTY, "2027-11-07T14:00"),  # the night they go back: 09:00 is UTC-5
        ("2027-03-14T05:00", NEW_YORK, time(2, 30), time(3, 30), "2027-03-14T07:30"),  # 02:30 does not exist: 03:30
        ("2027-03-01T17:30", AHMEDABAD, time(22), time(2), "2027-03-01T17:30"),  # 23:00, hours through midnight
        ("2027-03-01T10:30", AHMEDABAD, time(22), time(2), "2027-03-01T16:30"),  # 16:00
    ],
)
def test_waking(now: str, zone: ZoneInfo, opens: time, closes: time, goes: str) -> None:
    assert next_waking(utc(now), opens, closes, zone) == utc(goes)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2027-03-06T04:00", "2027-03-06T04:00"),  # Saturday 09:30, open
        ("2027-03-06T15:00", "2027-03-10T03:30"),  # Saturday 20:30; Sunday, a holiday Monday and Tuesday: Wednesday
        ("2027-03-07T04:00", "2027-03-10T03:30"),  # Sunday 09:30: what waited for workers does not go on a closed day
        ("2027-03-09T20:00", "2027-03-10T03:30"),  # Wednesday 01:30
    ],
)
def test_waking_skips_closed_days(now: str, goes: str) -> None:
    closures = [date(2027, 3, 8), date(2027, 3, 9)]
    assert next_waking(utc(now), NINE, TWENTY, AHMEDABAD, closed_weekdays=[6], closures=closures) == utc(goes)


def test_waking_waits_for_no_open_day_where_there_is_none() -> None:
    now = utc("2027-03-07T04:00")
    assert next_waking(now, NINE, TWENTY, AHMEDABAD, closed_weekdays=range(7)) == now


@pytest.mark.parametrize(("opens", "closes"), [(None, TWENTY), (NINE, None), (NINE, NINE)])
def test_waking_without_hours_is_now(opens: time | None, closes: time | None) -> None:
    night = utc("2027-03-01T20:00")
    assert next_waking(night, opens, closes, AHMEDABAD) == night


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is UTC
    st.sampled_from([AHMEDABAD, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]),
)
def test_waking_is_soon_awake_and_settled(now: datetime, zone: ZoneInfo) -> None:
    goes = next_waking(now, NINE, TWENTY, zone)
    assert now <= goes < now + timedelta(hours=14, minutes=1)
    assert NINE <= goes.astimezone(zone).time() < TWENTY
    assert next_waking(goes, NINE, TWENTY, zone) == goes


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 2), (3, 4), (7, 64), (8, 120), (12, 120), (1000, 120)])
def test_wait_doubles_up_to_two_hours(attempt: int, minutes: int) -> None:
    assert wait_after(attempt, lambda: 0.0) == timedelta(minutes=minutes)


def test_wait_is_stretched_by_a_quarter_at_most() -> None:
    assert wait_after(1, lambda: 1.0) == timedelta(seconds=75)


def test_lease_outlasts_the_longest_conversation() -> None:
    assert LEASE.total_seconds() > LONGEST_CONVERSATION + 10
