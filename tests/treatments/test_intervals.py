"""Intervals by the calendar, earliest days, and R01 at its boundary."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import FORMULARY, INCO, ONA
from treatments.facts import PriorSession
from treatments.findings import Finding, Level
from treatments.intervals import Interval, IntervalUnreadable, earliest_on, interval_finding, local_day

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
JAN_5 = date(2026, 1, 5)


def prior(on: date, **changes: object) -> PriorSession:
    return PriorSession(**{"on": on, "product": ONA, "units": Decimal(155), **changes})  # type: ignore[arg-type]


def r01(on: date, *sessions: PriorSession, product: str = ONA, condition: str = "", region: str = "IN") -> Finding:
    conditions = [FORMULARY.condition(condition)] if condition else []
    return interval_finding(
        on, sessions, product=product, conditions=conditions, region=region, rules=FORMULARY.rules.interval
    )


@pytest.mark.parametrize(
    ("start", "spoken", "due"),
    [
        ("2026-11-30", "12 weeks", "2027-02-22"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2026-08-31", "3 months", "2026-11-30"),
        ("2026-12-01", "12 weeks", "2027-02-23"),
        ("2026-12-01", "3 months", "2027-03-01"),
        ("2027-11-30", "3 months", "2028-02-29"),
        ("2026-12-31", "1 day", "2027-01-01"),
    ],
)
def test_btx_020_an_interval_is_counted_in_its_own_unit(start: str, spoken: str, due: str) -> None:
    assert Interval.parse(spoken).after(date.fromisoformat(start)) == date.fromisoformat(due)
    assert str(Interval.parse(spoken)) == spoken


def test_btx_019_every_third_month_never_drifts_from_its_anchor() -> None:
    quarter = Interval(3, "months")
    assert [quarter.nth(date(2026, 8, 31), number) for number in (1, 2, 3, 4)] == [
        date(2026, 11, 30),
        date(2027, 2, 28),
        date(2027, 5, 31),
        date(2027, 8, 31),
    ]


@pytest.mark.parametrize("spoken", ["", "12", "weeks", "0 weeks", "-3 months", "12 years", "1.5 weeks"])
def test_what_is_no_interval_is_refused(spoken: str) -> None:
    with pytest.raises(IntervalUnreadable):
        Interval.parse(spoken)


@given(DAYS, st.integers(1, 60))
def test_months_land_in_the_month_asked_for(start: date, months: int) -> None:
    due = Interval(months, "months").after(start)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == start.day or (due + timedelta(days=1)).day == 1


def test_local_day_is_that_of_the_clinic() -> None:
    just_after_midnight = datetime(2027, 1, 11, 19, 0, tzinfo=UTC)  # 00:30 on the 12th in Ahmedabad
    assert local_day(just_after_midnight, ZoneInfo("Asia/Kolkata")) == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("on", "level"),
    [
        (date(2026, 3, 29), Level.OVERRIDE),  # 83 days
        (date(2026, 3, 30), Level.OK),  # 84 days: the boundary passes
        (date(2026, 3, 31), Level.OK),
        (date(2026, 1, 6), Level.OVERRIDE),
    ],
)
def test_r01_passes_from_84_days_on(on: date, level: Level) -> None:
    assert r01(on, prior(JAN_5)).level is level


def test_r01_says_how_many_days_and_which_day_is_the_first() -> None:
    found = r01(date(2026, 3, 29), prior(JAN_5))
    assert found.headline == "83 days between this and the toxin session of 5 Jan 2026"
    assert found.values["earliest"] == date(2026, 3, 30)
    assert found.source.text == "label: 12 weeks / 3 months"


def test_r01_counts_any_product_any_clinic_and_the_unknown() -> None:
    elsewhere = prior(JAN_5, product=None, units=None, where="a beauty parlour")
    assert r01(date(2026, 3, 2), elsewhere).level is Level.OVERRIDE


def test_r01_does_not_count_the_same_local_day() -> None:
    assert r01(JAN_5, prior(JAN_5)).level is Level.OK


def test_r01_same_day_does_not_hide_an_earlier_session() -> None:
    assert r01(JAN_5, prior(JAN_5), prior(date(2025, 12, 1))).level is Level.OVERRIDE


@pytest.mark.parametrize(
    ("kind", "level"),
    [("wrong_patient", Level.OK), ("never_given", Level.OK), ("entered_wrongly", Level.OVERRIDE), ("", Level.OVERRIDE)],
)
def test_r01_counts_a_voided_session_unless_the_toxin_never_went_in(kind: str, level: Level) -> None:
    assert r01(date(2026, 2, 2), prior(JAN_5, void_kind=kind)).level is level


def test_r01_reads_a_month_alone_at_its_last_day() -> None:
    january = PriorSession.in_month(2026, 1, product=None, units=None)
    assert r01(date(2026, 4, 24), january).level is Level.OVERRIDE  # 83 days after 31 January
    assert r01(date(2026, 4, 25), january).level is Level.OK


def test_r01_this_month_without_a_day_is_never_taken_for_the_same_day() -> None:
    assert r01(date(2026, 1, 31), PriorSession.in_month(2026, 1, product=None, units=None)).level is Level.OVERRIDE
    assert r01(date(2026, 1, 1), PriorSession.in_month(2026, 1, product=None, units=None)).level is Level.OVERRIDE


def test_r01_a_late_entry_is_measured_to_the_session_after_it() -> None:
    found = r01(JAN_5, prior(date(2026, 2, 1)))
    assert (found.level, found.values["days"]) == (Level.OVERRIDE, 27)


@pytest.mark.parametrize(
    ("region", "days", "level"),
    [("EU", 69, Level.OVERRIDE), ("EU", 70, Level.OK), ("US", 70, Level.OVERRIDE), ("IN", 83, Level.OVERRIDE)],
)
def test_r01_ten_weeks_only_for_xeomin_in_cervical_dystonia_under_the_eu_label(
    region: str, days: int, level: Level
) -> None:
    on = JAN_5 + timedelta(days=days)
    assert r01(on, prior(JAN_5), product=INCO, condition="cervical_dystonia", region=region).level is level
    assert r01(on, prior(JAN_5), product=ONA, condition="cervical_dystonia", region=region).level is Level.OVERRIDE


def test_r01_sixteen_weeks_for_xeomin_in_sialorrhea() -> None:
    at = {days: JAN_5 + timedelta(days=days) for days in (111, 112)}
    assert r01(at[111], prior(JAN_5), product=INCO, condition="chronic_sialorrhea").level is Level.OVERRIDE
    assert r01(at[112], prior(JAN_5), product=INCO, condition="chronic_sialorrhea").level is Level.OK


def test_r01_early_for_the_condition_is_a_note() -> None:
    at_84 = r01(date(2026, 3, 30), prior(JAN_5), condition="axillary_hyperhidrosis")
    assert at_84.level is Level.OK_WITH_NOTE
    assert "at least 16 weeks" in at_84.detail
    assert r01(JAN_5 + timedelta(weeks=16), prior(JAN_5), condition="axillary_hyperhidrosis").level is Level.OK


def test_earliest_on_is_84_days_after_the_latest_of_all() -> None:
    sessions = (prior(JAN_5), prior(date(2026, 2, 10), product=None, units=None), prior(date(2025, 6, 1)))
    found = earliest_on(
        sessions, product=ONA, conditions=("chronic_migraine",), region="IN", rules=FORMULARY.rules.interval
    )
    assert found == date(2026, 5, 5)
    assert earliest_on((), product=ONA, conditions=(), region="IN", rules=FORMULARY.rules.interval) is None


@given(DAYS, st.integers(1, 400))
def test_r01_agrees_with_the_earliest_day(last: date, days: int) -> None:
    on = last + timedelta(days=days)
    first = earliest_on([prior(last)], product=ONA, conditions=(), region="", rules=FORMULARY.rules.interval)
    assert first is not None
    assert (r01(on, prior(last)).level is Level.OK) == (on >= first)
