"""The effect window by the letter of effect_window.md: when a cycle's effect ends, when to be back, when to write."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

DEFAULT_WEEKS = {"chronic_migraine": 12, "cervical_dystonia": 12, "myofascial_pain_syndrome": 12}
MCID_POINTS = {"cervical_dystonia": Fraction(2), "myofascial_pain_syndrome": Fraction(2)}
MCID_SHARE = {"chronic_migraine": Fraction(30, 100)}
P_LOST = Fraction(1, 2)
WEIGHT = 2
CYCLES = 3
PEAK_DAYS = 56
LEAST_WEEKS = 8
MOST_OF_DEFAULT = Fraction(3, 2)
MINIMUM = timedelta(days=84)
BEFORE = timedelta(days=14)
EXTRA_BEFORE_END = 7
CLOSE = timedelta(days=7)


@dataclass
class Cycle:
    """A session's day, what was scored after it (day since, value), and the day it was said to wear off."""

    on: date
    scores: list[tuple[int, Fraction]] = field(default_factory=list)
    told: int | None = None


@dataclass(frozen=True)
class Dates:
    """What follows: not before, be back by, first letter; the last two unknown where the cycle had no effect."""

    earliest: date
    book_by: date | None
    reminder: date | None


def after(start: date, interval: Sequence[object]) -> date:
    """The day so many weeks or months later; a month without the day ends on its last."""
    number, unit = int(str(interval[0])), interval[1]
    if unit == "weeks":
        return start + timedelta(weeks=number)
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def end_of(cycle: Cycle, condition: str, baseline: Fraction) -> Fraction | str:
    """The week at which one cycle ended, or why there is none: "no effect", "no scores"."""
    if cycle.told is not None:
        return Fraction(cycle.told, 7)
    peak = [score for score in cycle.scores if score[0] <= PEAK_DAYS]
    if not peak:
        return "no scores"
    best_day, best = min(peak, key=lambda score: (score[1], score[0]))
    gain = baseline - best
    if gain <= 0 or gain < MCID_SHARE.get(condition, Fraction(0)) * baseline or gain < MCID_POINTS.get(condition, 0):
        return "no effect"
    lost = best + P_LOST * gain
    line = [(best_day, best), *sorted(score for score in cycle.scores if score[0] > best_day)]
    for (day, value), (next_day, next_value) in pairwise(line):
        if next_value >= lost:
            return (day + (lost - value) / (next_value - value) * (next_day - day)) / 7
    return max(Fraction(DEFAULT_WEEKS[condition]), Fraction(line[-1][0], 7))


def dates(
    cycles: Sequence[Cycle], condition: str, baseline: Fraction, interval: Sequence[object], last_toxin: date
) -> Dates:
    """The dates that follow from the latest of a plan's cycles; `last_toxin` is the patient's latest of any plan."""
    this = cycles[-1]
    ends = [end_of(one, condition, baseline) for one in cycles[-CYCLES:]]
    earliest = max(this.on, last_toxin) + MINIMUM
    if ends[-1] == "no effect":
        return Dates(earliest, None, None)
    weeks = [end for end in ends if isinstance(end, Fraction)]
    default = Fraction(DEFAULT_WEEKS[condition])
    blended = (WEIGHT * default + sum(weeks)) / (WEIGHT + len(weeks))
    blended = min(max(blended, Fraction(LEAST_WEEKS)), MOST_OF_DEFAULT * default)
    end_day = int((7 * blended + Fraction(1, 2)) // 1)
    own_earliest = this.on + MINIMUM
    book_by = max(own_earliest, min(after(this.on, interval), this.on + timedelta(days=end_day)))
    reminder = book_by - BEFORE
    if end_day < MINIMUM.days:
        reminder = min(reminder, this.on + timedelta(days=end_day - EXTRA_BEFORE_END))
    if book_by < earliest:
        book_by, reminder = earliest, earliest - BEFORE
    if this.told is not None:  # it wears off now: as soon as it is allowed, and the letter at once
        told_on = this.on + timedelta(days=this.told)
        book_by, reminder = min(book_by, max(earliest, told_on)), min(reminder, told_on)
    return Dates(earliest, book_by, reminder)
