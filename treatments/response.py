"""Did a cycle help, and by how much: the best score of the peak window beside the baseline.

Pure. "Improved if change beats mcid in the good direction; responder for migraine is percent fall in days"
(`responder_rule` of instruments.json): the smallest change that matters is the instrument's own, in points or percent.

Source: docs/sources.md#instruments
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from treatments.effect import Cycle, best_of_peak
from treatments.formulary import EffectRules, Instrument
from treatments.formulary.conditions import ChangeMark


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One cycle's best score and what it gained from the baseline: above nought is better, whatever the direction.

    `needed` is the smallest change that matters in points. `percent` is of the baseline, None where that is nought.
    """

    baseline: Decimal
    best: Decimal
    gain: Decimal
    needed: Decimal
    percent: int | None
    is_responder: bool
    reached: tuple[tuple[ChangeMark, bool], ...] = ()
    """Each published change of the instrument, and whether the gain reaches it."""


def response_of(cycle: Cycle, instrument: Instrument, rules: EffectRules) -> Response | None:
    """How a cycle answered; None where a baseline, a score in the peak window or a smallest change is missing."""
    change, best = instrument.smallest_change, best_of_peak(cycle, instrument, rules)
    if change is None or best is None or cycle.baseline is None:
        return None
    gain = best.value - cycle.baseline if instrument.higher_is_better else cycle.baseline - best.value
    needed = change.points(cycle.baseline)
    share = (abs(gain) * 100 / cycle.baseline).quantize(Decimal(1), ROUND_HALF_UP) if cycle.baseline else None
    return Response(
        baseline=cycle.baseline,
        best=best.value,
        gain=gain,
        needed=needed,
        percent=None if share is None else int(share),
        is_responder=gain >= needed and gain > 0,
        reached=tuple((mark, gain >= mark.points(cycle.baseline) and gain > 0) for mark in instrument.marks),
    )
