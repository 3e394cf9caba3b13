"""The effect window: the five worked cases to the digit, the dates that follow, and what must always hold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import ABO, FORMULARY, ONA
from treatments.effect import (
    Booking,
    Cycle,
    CycleEnd,
    EndStatus,
    Estimate,
    ScoreAt,
    booking,
    check_ins,
    cycle_end,
    estimate,
    merged,
)
from treatments.intervals import Interval

RULES = FORMULARY.rules.effect
DAY = date(2026, 1, 5)
Scores = dict[int, str]


def cycle(baseline: str | None, scores: Scores, **changes: object) -> Cycle:
    values: dict[str, object] = {
        "on": DAY,
        "product": ONA,
        "muscles": frozenset({"temporalis"}),
        "units": Decimal(155),
        "baseline": None if baseline is None else Decimal(baseline),
        "scores": tuple(ScoreAt(Decimal(week), Decimal(value)) for week, value in scores.items()),
    }
    return Cycle(**{**values, **changes})  # type: ignore[arg-type]


def window(*cycles: Cycle, default: str = "12", instrument: str = "headache_days") -> Estimate:
    return estimate(cycles, default_weeks=Decimal(default), instrument=FORMULARY.instrument(instrument), rules=RULES)


def dates(found: Estimate, interval: str = "12 weeks") -> Booking:
    return booking(
        DAY,
        interval=Interval.parse(interval),
        min_days=FORMULARY.rules.interval.min_days.value,
        window=found,
        rules=RULES,
    )


def days(*on: date | None) -> list[int | None]:
    return [None if day is None else (day - DAY).days for day in on]


MIGRAINE = {4: "10", 8: "9", 10: "13", 12: "18"}
TWO = (
    cycle("20", {4: "8", 8: "9", 10: "15", 12: "17"}),
    cycle("21", {4: "9", 8: "10", 10: "16", 12: "18"}, on=DAY + timedelta(weeks=12)),
)
KOOS = {4: "70", 8: "72", 12: "60", 16: "50"}


@pytest.mark.parametrize(
    ("cycles", "instrument", "default", "interval", "statuses", "weeks", "due"),
    [
        ((cycle("22", MIGRAINE),), "headache_days", "12", "12 weeks", "observed", "11.67", [82, 84, 70, 75]),
        ((cycle("40", {4: "25", 12: "28"}),), "twstrs", "12", "12 weeks", "censored", "12.00", [84, 84, 70, None]),
        ((cycle("7", {4: "6", 8: "6"}),), "nrs", "14", "12 weeks", "no_effect", "14.00", [None] * 4),
        (TWO, "headache_days", "12", "12 weeks", "observed observed", "10.83", [76, 84, 70, 69]),
        ((cycle("45", KOOS),), "koos", "16", "16 weeks", "observed", "14.87", [104, 104, 90, None]),
    ],
    ids=["migraine", "cervical dystonia", "back", "migraine, two cycles", "KOOS, higher is better"],
)
def test_the_worked_cases_of_effect_window_md(
    *,
    cycles: tuple[Cycle, ...],
    instrument: str,
    default: str,
    interval: str,
    statuses: str,
    weeks: str,
    due: list[int | None],
) -> None:
    found = window(*cycles, default=default, instrument=instrument)
    assert " ".join(status.value for status in found.statuses) == statuses
    assert found.weeks == Decimal(weeks)
    booked = dates(found, interval)
    assert [
        found.end_day,
        *days(booked.book_by_on, booked.reminder_on, booked.extra_contact_on),
    ] == due


@pytest.mark.parametrize(
    ("given_cycle", "instrument", "weeks"),
    [(cycle("22", MIGRAINE), "headache_days", 11), (TWO[0], "headache_days", 9.67), (cycle("45", KOOS), "koos", 12.6)],
)
def test_the_crossing_is_interpolated(given_cycle: Cycle, instrument: str, weeks: float) -> None:
    end = cycle_end(given_cycle, Decimal(12), FORMULARY.instrument(instrument), RULES)
    assert end.weeks is not None
    assert round(float(end.weeks), 2) == weeks


def test_close_letters_become_one_at_the_earlier_day() -> None:
    assert days(*dates(window(*TWO)).letters) == [69]  # reminder 70, extra contact 69
    assert merged(DAY, DAY + timedelta(days=7), 7) == (DAY,)
    assert merged(DAY + timedelta(days=8), DAY, 7) == (DAY, DAY + timedelta(days=8))


def test_no_effect_goes_to_the_clinician_and_twice_marks_a_non_responder() -> None:
    none = cycle("20", {4: "19", 8: "18"})
    once = window(none)
    assert (once.needs_clinician, once.is_non_responder, once.n) == (True, False, 0)
    assert dates(once).letters == ()
    later = cycle("20", {4: "19", 8: "18"}, on=DAY + timedelta(weeks=12))
    assert window(none, later).is_non_responder
    assert not window(later, cycle("22", MIGRAINE, on=DAY + timedelta(weeks=24))).needs_clinician


def test_a_dose_raised_after_the_first_failure_still_makes_a_non_responder() -> None:
    """Not blended (195 is more than 20% from 155, the muscles differ), and no response in two cycles all the same."""
    none = cycle("20", {4: "19", 8: "18"})
    raised = cycle("20", {4: "19", 8: "18"}, on=DAY + timedelta(weeks=12), units=Decimal(195))
    elsewhere = replace(raised, units=Decimal(155), muscles=frozenset({"frontalis"}))
    for second in (raised, elsewhere):
        assert len(window(none, second).statuses) == 1
        assert window(none, second).is_non_responder
    between = cycle("22", MIGRAINE, on=DAY + timedelta(weeks=12))
    assert not window(none, between, replace(raised, on=DAY + timedelta(weeks=24))).is_non_responder
    assert not window(replace(none, product=ABO), raised).is_non_responder  # another product starts again


def test_the_first_treatment_is_the_default() -> None:
    found = window()
    assert (found.weeks, found.end_day, found.n, found.statuses) == (Decimal("12.00"), 84, 0, ())


def test_what_the_patient_reports_outranks_the_scores() -> None:
    found = window(cycle("22", MIGRAINE, reported_day=63))
    assert found.statuses == (EndStatus.REPORTED,)
    assert found.weeks == Decimal("11.00")  # (2 x 12 + 9) / 3


def test_a_confounded_score_finds_no_crossing() -> None:
    calm = cycle("22", {4: "10", 8: "9"})
    flare = replace(calm, scores=(*calm.scores, ScoreAt(Decimal(10), Decimal(20), is_confounded=True)))
    end = cycle_end(flare, Decimal(12), FORMULARY.instrument("headache_days"), RULES)
    assert end.status is EndStatus.CENSORED
    assert end.weeks == 12


@pytest.mark.parametrize(
    ("given_cycle", "instrument", "status"),
    [
        (cycle(None, MIGRAINE), "headache_days", EndStatus.NO_SCORES),
        (cycle("22", {10: "10", 12: "18"}), "headache_days", EndStatus.NO_SCORES),
        (cycle("22", {}), "headache_days", EndStatus.NO_SCORES),
        (cycle("22", MIGRAINE), "pgic", EndStatus.NO_MEASURE),
    ],
)
def test_a_cycle_without_what_it_needs_gives_no_estimate(
    given_cycle: Cycle, instrument: str, status: EndStatus
) -> None:
    found = window(given_cycle, instrument=instrument)
    assert (found.statuses, found.n, found.end_day, found.needs_clinician) == ((status,), 0, 84, False)


def test_the_smallest_change_in_percent_is_of_the_baseline() -> None:
    enough = cycle_end(cycle("20", {4: "14", 8: "14"}), Decimal(12), FORMULARY.instrument("headache_days"), RULES)
    assert enough.status is EndStatus.CENSORED  # 6 of 20 is 30 %
    less = cycle_end(cycle("20", {4: "14.1"}), Decimal(12), FORMULARY.instrument("headache_days"), RULES)
    assert less.status is EndStatus.NO_EFFECT


def test_only_the_last_three_alike_cycles_are_blended() -> None:
    short = [cycle("22", MIGRAINE, reported_day=56, on=DAY + timedelta(weeks=12 * place)) for place in range(5)]
    assert window(*short).n == 3
    assert window(*short).weeks == Decimal("9.60")  # (24 + 3 x 8) / 5
    other = cycle("22", MIGRAINE, product=ABO, on=DAY + timedelta(weeks=60))
    assert window(*short, other).n == 1  # another product starts again from the default
    dearer = cycle("22", MIGRAINE, units=Decimal(195), on=DAY + timedelta(weeks=60))
    assert window(*short, dearer).n == 1  # 155 is more than 20 % below 195
    near = cycle("22", MIGRAINE, units=Decimal(186), on=DAY + timedelta(weeks=60))
    assert window(*short, near).n == 3
    elsewhere = cycle("22", MIGRAINE, muscles=frozenset({"frontalis"}), on=DAY + timedelta(weeks=60))
    assert window(*short, elsewhere).n == 1


def test_the_estimate_is_clamped_and_its_range_includes_it() -> None:
    soon = [cycle("22", {}, reported_day=7, on=DAY + timedelta(weeks=12 * place)) for place in range(3)]
    low = window(*soon)
    assert (low.weeks, low.low_weeks, low.high_weeks) == (Decimal("8.00"), Decimal("1.00"), Decimal("8.00"))
    late = [cycle("22", {}, reported_day=700, on=DAY + timedelta(weeks=12 * place)) for place in range(3)]
    assert window(*late).weeks == Decimal("18.00")  # 1.5 x 12


@pytest.mark.parametrize(
    ("interval", "end_day", "book"),
    [("12 weeks", 70, 84), ("16 weeks", 104, 104), ("16 weeks", 130, 112), ("3 months", 130, 90), ("14 weeks", 98, 98)],
)
def test_the_estimate_brings_forward_and_never_puts_off(interval: str, end_day: int, book: int) -> None:
    found = Estimate(
        weeks=Decimal(12),
        end_day=end_day,
        low_weeks=Decimal(12),
        high_weeks=Decimal(12),
        n=0,
        statuses=(),
        needs_clinician=False,
        is_non_responder=False,
    )
    assert days(dates(found, interval).book_by_on) == [book]


REPORTED = st.lists(st.integers(1, 300), min_size=1, max_size=3)


@given(REPORTED, st.integers(0, 2), st.integers(1, 60))
def test_a_later_end_of_a_cycle_never_brings_the_estimate_forward(ends: list[int], which: int, more: int) -> None:
    def of(reported: list[int]) -> Estimate:
        return window(
            *(
                cycle("22", {}, reported_day=day, on=DAY + timedelta(weeks=12 * place))
                for place, day in enumerate(reported)
            )
        )

    later = [day + (more if place == which % len(ends) else 0) for place, day in enumerate(ends)]
    before, after = of(ends), of(later)
    assert before.end_day is not None
    assert after.end_day is not None
    assert before.end_day <= after.end_day
    assert before.low_weeks <= before.weeks <= before.high_weeks


@given(REPORTED, st.integers(8, 40), st.integers(1, 10))
def test_a_later_default_never_brings_the_estimate_forward(ends: list[int], default: int, more: int) -> None:
    cycles = [cycle("22", {}, reported_day=day, on=DAY + timedelta(weeks=12 * place)) for place, day in enumerate(ends)]
    assert window(*cycles, default=str(default)).weeks <= window(*cycles, default=str(default + more)).weeks


@given(
    st.integers(0, 28),
    st.dictionaries(st.integers(1, 26), st.integers(0, 28).map(str), max_size=8),
    st.sampled_from(["headache_days", "koos", "nrs"]),
)
def test_any_scores_give_an_estimate_within_its_bounds(baseline: int, scores: Scores, instrument: str) -> None:
    found = window(cycle(str(baseline), scores), instrument=instrument)
    assert Decimal(8) <= found.weeks <= Decimal(18)
    assert (found.end_day is None) == found.needs_clinician
    due = dates(found)
    assert due.book_by_on is None or due.book_by_on >= due.earliest_on


@given(
    st.dictionaries(st.integers(9, 26), st.integers(9, 27), min_size=1, max_size=6),
    st.integers(0, 5),
    st.integers(1, 10),
)
def test_a_later_score_that_is_worse_never_puts_the_end_of_a_cycle_off(
    later: dict[int, int], which: int, more: int
) -> None:
    """After the best of 8 at week 4: of two courses that differ in one score, the worse one ends no later.

    Scores that are missing have no such order: without the one that crossed, the end is the default or the last score.
    """
    week = sorted(later)[which % len(later)]
    worse = {**later, week: min(28, later[week] + more)}

    def end_of(course: dict[int, int]) -> CycleEnd:
        scores = {4: "8", **{week: str(days) for week, days in course.items()}}
        return cycle_end(cycle("22", scores), Decimal(12), FORMULARY.instrument("headache_days"), RULES)

    before, after = end_of(later), end_of(worse)
    assert before.weeks is not None
    assert after.weeks is not None
    assert after.weeks <= before.weeks


@pytest.mark.parametrize(
    ("interval", "day", "book"), [("12 weeks", 112, 112), ("12 weeks", 70, 84), ("16 weeks", 98, 98)]
)
def test_only_a_day_set_by_hand_books_behind_the_plans_interval(interval: str, day: int, book: int) -> None:
    booked = booking(
        DAY,
        interval=Interval.parse(interval),
        min_days=FORMULARY.rules.interval.min_days.value,
        window=window(cycle("20", {4: "19"})),  # no effect: without the day there would be none to book by
        rules=RULES,
        set_on=DAY + timedelta(days=day),
    )
    assert days(booked.ends_on, booked.book_by_on, booked.reminder_on) == [day, book, book - 14]


def test_check_ins_are_dense_until_week_12_and_then_every_other() -> None:
    due = check_ins(DAY, until=DAY + timedelta(weeks=17), rules=FORMULARY.rules.check_in)
    assert [(day - DAY).days // 7 for day in due] == [1, 2, 4, 6, 8, 10, 12, 14, 16]
    assert check_ins(DAY, until=DAY, rules=FORMULARY.rules.check_in) == ()
