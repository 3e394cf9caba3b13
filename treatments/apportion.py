"""How much of a dose came from each of the vials pooled in one preparation. Pure.

Pooled vials are one solution, so each gives in proportion to what it still holds; the hundredths left over by rounding
go one each to the largest remainders, so the parts add up to the dose exactly and no vial gives more than it holds.

Source: docs/sources.md#stock
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from treatments.quantities import UNIT_STEP


class NotEnough(ValueError):
    """The vials together hold less than the dose."""


def apportion(dose: Decimal, left: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Split a dose over vials by what each still holds, to 0.01 unit, in the order given.

    Raises:
        NotEnough: the vials hold less than the dose together.
    """
    held = sum(left, Decimal(0))
    if dose > held:
        raise NotEnough
    if not dose:
        return tuple(Decimal(0) for _ in left)
    exact = [dose * part / held for part in left]
    parts = [share.quantize(UNIT_STEP, rounding=ROUND_DOWN) for share in exact]
    by_remainder = sorted(range(len(left)), key=lambda index: (parts[index] - exact[index], index))
    missing = dose - sum(parts, Decimal(0))
    while missing > 0:
        for index in by_remainder:
            step = min(UNIT_STEP, missing, left[index] - parts[index])
            parts[index] += step
            missing -= step
    return tuple(parts)
