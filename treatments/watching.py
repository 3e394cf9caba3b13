"""Does the effect wear off early, cycle after cycle? Pure.

Source: docs/sources.md#effect-window
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from treatments.effect import Cycle, CycleEnd, EndStatus
from treatments.formulary.rulebook import WatchRules

KNOWN = (EndStatus.OBSERVED, EndStatus.REPORTED)
STILL_RUNNING = (EndStatus.CENSORED, EndStatus.NO_SCORES, EndStatus.NO_MEASURE)


@dataclass(frozen=True, slots=True)
class Shortening:
    """The cycles in a row that ended early, in weeks, the first first; `is_falling` where each was shorter yet."""

    weeks: tuple[Fraction, ...]

    @property
    def is_falling(self) -> bool:
        """Whether each of them was shorter than the one before."""
        return all(later < earlier for earlier, later in zip(self.weeks, self.weeks[1:], strict=False))


def shortening(cycles: Sequence[Cycle], ends: Sequence[CycleEnd], rules: WatchRules | None) -> Shortening | None:
    """The last cycles of one product where all of them, seen or reported, ended before the week watched; else None.

    The latest cycle is left out while it is not over: a new session does not hide what the last ones showed. `cycles`
    and their `ends` are in the order of their days.
    """
    if rules is None or not cycles:
        return None
    both = [pair for pair in zip(cycles, ends, strict=True) if pair[0].product == cycles[-1].product]
    if both[-1][1].status in STILL_RUNNING:
        both.pop()
    last = [end for _cycle, end in both[-rules.cycles :]]
    weeks = tuple(
        end.weeks for end in last if end.status in KNOWN and end.weeks is not None and end.weeks < rules.before_week
    )
    return Shortening(weeks) if len(weeks) == rules.cycles else None
