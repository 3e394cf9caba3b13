"""When relief ends and when to come back: the estimate of the effect window, and the dates that follow from it.

Pure, in exact fractions until a number is shown. A project method, not evidence: show the range, the number of cycles
and the status words, never a decimal as a certainty.

Source: docs/sources.md#effect-window
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise, takewhile

from treatments.formulary import EffectRules, Instrument
from treatments.formulary.rulebook import CheckInRules
from treatments.intervals import DAYS_IN_WEEK, Interval

HUNDREDTH = Decimal("0.01")


class EndStatus(Enum):
    """How the end of one cycle is known."""

    OBSERVED = "observed"
    CENSORED = "censored"
    REPORTED = "reported"
    NO_EFFECT = "no_effect"
    NO_SCORES = "no_scores"
    NO_MEASURE = "no_measure"


@dataclass(frozen=True, slots=True)
class ScoreAt:
    """A score so many weeks after the injection; confounded by a flare or a new medicine, it finds no crossing."""

    week: Decimal
    value: Decimal
    is_confounded: bool = False
    ref: str = ""
    """Names the row it was read from, for who keeps what went in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One session and what was scored after it.

    `baseline` is the patient's score before the first treatment of the plan. `reported_day` is the day after the
    injection on which the patient said it is wearing off. The refs name the rows they were read from.
    """

    on: date
    product: str
    muscles: frozenset[str]
    units: Decimal
    baseline: Decimal | None
    scores: tuple[ScoreAt, ...]
    reported_day: int | None = None
    ref: str = ""
    baseline_ref: str = ""
    reported_ref: str = ""


@dataclass(frozen=True, slots=True)
class CycleEnd:
    """When one cycle's effect ended, in weeks; None where it gives no estimate."""

    status: EndStatus
    weeks: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The effect's end in weeks from several cycles and the default, with its range.

    `end_day` is None where the latest cycle had no effect: the clinician decides, no letter goes. `weeks` is for a
    page to show; the dates come from the exact fraction.
    """

    weeks: Decimal
    end_day: int | None
    low_weeks: Decimal
    high_weeks: Decimal
    n: int
    statuses: tuple[EndStatus, ...]
    needs_clinician: bool
    is_non_responder: bool


def cycle_end(cycle: Cycle, default_weeks: Decimal, instrument: Instrument | None, rules: EffectRules) -> CycleEnd:
    """When one cycle ended: reported by the patient, crossed by the scores, or not yet at the last score.

    The benefit is lost when `p` of the gain from baseline to the best score of the peak window is gone.
    """
    if cycle.reported_day is not None:
        return CycleEnd(EndStatus.REPORTED, Fraction(cycle.reported_day, DAYS_IN_WEEK))
    change = instrument.smallest_change if instrument else None
    if instrument is None or change is None:
        return CycleEnd(EndStatus.NO_MEASURE)
    worse = -1 if instrument.higher_is_better else 1
    best = best_of_peak(cycle, instrument, rules)
    if cycle.baseline is None or best is None:
        return CycleEnd(EndStatus.NO_SCORES)
    scores = sorted(cycle.scores, key=lambda score: score.week)
    gain = worse * (cycle.baseline - best.value)
    if gain < change.points(cycle.baseline) or gain <= 0:
        return CycleEnd(EndStatus.NO_EFFECT)
    threshold = Fraction(best.value) + worse * Fraction(rules.p_lost) * Fraction(gain)
    after = [score for score in scores if score.week > best.week and not score.is_confounded]
    crossed = _crossing([best, *after], threshold, worse)
    if crossed is not None:
        return CycleEnd(EndStatus.OBSERVED, crossed)
    return CycleEnd(EndStatus.CENSORED, max(Fraction(default_weeks), Fraction(after[-1].week if after else best.week)))


def best_of_peak(cycle: Cycle, instrument: Instrument, rules: EffectRules) -> ScoreAt | None:
    """The best score of the peak window, the first of equals; None where nothing was scored in it."""
    worse = -1 if instrument.higher_is_better else 1
    peak = [score for score in cycle.scores if score.week <= rules.peak_by_week]
    return min(peak, key=lambda score: (worse * score.value, score.week), default=None)


def _crossing(scores: Sequence[ScoreAt], threshold: Fraction, worse: int) -> Fraction | None:
    """The first week at which the scores reach the threshold, on the straight line between two of them."""
    for before, after in pairwise(scores):
        start, end = Fraction(before.value), Fraction(after.value)
        if worse * end >= worse * threshold:
            share = (threshold - start) / (end - start)
            return Fraction(before.week) + share * Fraction(after.week - before.week)
    return None


def of_one_product(cycles: Sequence[Cycle]) -> list[Cycle]:
    """The cycles back to where another product was given: from there the estimate starts again from the default."""
    ordered = sorted(cycles, key=lambda cycle: cycle.on, reverse=True)
    same = takewhile(lambda cycle: cycle.product == ordered[0].product, ordered)
    return list(reversed(list(same)))


def alike(cycles: Sequence[Cycle], rules: EffectRules) -> list[Cycle]:
    """The latest cycles that may be blended with the last: same product and muscles, a dose near its own."""
    row = of_one_product(cycles)
    kept = [
        cycle
        for cycle in row
        if cycle.muscles == row[-1].muscles
        and abs(cycle.units - row[-1].units) * 100 <= row[-1].units * rules.dose_similarity_percent
    ]
    return kept[-rules.cycles :]


def estimate(
    cycles: Sequence[Cycle], *, default_weeks: Decimal, instrument: Instrument | None, rules: EffectRules
) -> Estimate:
    """Blend the ends of the latest alike cycles with the default `D`: (k D + sum of ends) / (k + n), clamped.

    Two cycles in a row without effect mark a non-responder, whatever their doses and muscles: after the first one the
    dose is raised, and a cycle that may not be blended failed nonetheless.
    """
    ends = [cycle_end(cycle, default_weeks, instrument, rules) for cycle in alike(cycles, rules)]
    last_two = [cycle_end(cycle, default_weeks, instrument, rules) for cycle in of_one_product(cycles)[-2:]]
    weeks = [end.weeks for end in ends if end.weeks is not None]
    default, weight = Fraction(default_weeks), Fraction(rules.k_weight)
    blended = (weight * default + sum(weeks, Fraction(0))) / (weight + len(weeks))
    lowest, highest = Fraction(rules.clamp_low_weeks), Fraction(rules.clamp_high_of_default) * default
    clamped = min(max(blended, lowest), max(highest, lowest))
    statuses = tuple(end.status for end in ends)
    has_failed = bool(statuses) and statuses[-1] is EndStatus.NO_EFFECT
    return Estimate(
        weeks=_shown(clamped),
        end_day=None if has_failed else half_up(DAYS_IN_WEEK * clamped),
        low_weeks=_shown(min([clamped, *weeks])),
        high_weeks=_shown(max([clamped, *weeks])),
        n=len(weeks),
        statuses=statuses,
        needs_clinician=has_failed,
        is_non_responder=[end.status for end in last_two] == [EndStatus.NO_EFFECT, EndStatus.NO_EFFECT],
    )


def half_up(value: Fraction) -> int:
    """Round to a whole number, a half upwards."""
    return int((value + Fraction(1, 2)).__floor__())


def _shown(weeks: Fraction) -> Decimal:
    return (Decimal(weeks.numerator) / Decimal(weeks.denominator)).quantize(HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The dates that follow from one session; letters that fall close together are one, at the earlier day.

    `book_by_on` and the letters are None where the clinician must decide first.
    """

    earliest_on: date
    ends_on: date | None
    book_by_on: date | None
    reminder_on: date | None
    extra_contact_on: date | None
    letters: tuple[date, ...]


def book_by(*, injected_on: date, earliest_on: date, interval: Interval, end_day: int) -> date:
    """The day to be back: at the plan's interval or when the effect ends, whichever is sooner, never too soon."""
    return max(earliest_on, min(interval.after(injected_on), injected_on + timedelta(days=end_day)))


def booking(
    injected_on: date,
    *,
    interval: Interval,
    min_days: Decimal,
    window: Estimate,
    rules: EffectRules,
    set_on: date | None = None,
) -> Booking:
    """Earliest day, end of effect, day to be back and letters of one session.

    `min_days` is the interval rule's for the product and condition (R01). `set_on` is the end of the effect as a
    clinician set it by hand, with a reason: it stands instead of the estimate, and alone may lie behind the interval.
    """
    earliest_on = injected_on + timedelta(days=int(min_days))
    if window.end_day is None and set_on is None:
        return Booking(
            earliest_on=earliest_on,
            ends_on=None,
            book_by_on=None,
            reminder_on=None,
            extra_contact_on=None,
            letters=(),
        )
    ends_on = set_on or injected_on + timedelta(days=window.end_day or 0)
    end_day = (ends_on - injected_on).days
    book_by_on = (
        max(earliest_on, set_on)
        if set_on
        else book_by(injected_on=injected_on, earliest_on=earliest_on, interval=interval, end_day=end_day)
    )
    reminder_on = book_by_on - timedelta(days=rules.reminder_days_before_booking)
    extra = ends_on - timedelta(days=rules.extra_contact_days_before_end) if ends_on < earliest_on else None
    return Booking(
        earliest_on=earliest_on,
        ends_on=ends_on,
        book_by_on=book_by_on,
        reminder_on=reminder_on,
        extra_contact_on=extra,
        letters=merged(reminder_on, extra, rules.merge_letters_within_days),
    )


def merged(reminder_on: date, extra_on: date | None, within_days: int) -> tuple[date, ...]:
    """The days letters go: one, at the earlier day, where the two are close."""
    if extra_on is None:
        return (reminder_on,)
    first, second = sorted((reminder_on, extra_on))
    return (first,) if (second - first).days <= within_days else (first, second)


def check_ins(injected_on: date, *, until: date, rules: CheckInRules) -> tuple[date, ...]:
    """The days a patient is asked for a score after a session, up to a day: the weeks listed, then regularly."""
    weeks, due = list(rules.weeks), []
    while (day := injected_on + timedelta(weeks=weeks[0])) <= until:
        due.append(day)
        weeks = weeks[1:] or [weeks[0] + rules.then_every_weeks]
    return tuple(due)
