"""A day's doses against the sealed vials: which to open for each patient, and what the fridge cannot give. Pure.

A vial is for one patient (R26), so what one leaves over helps no other: doses are never added before they are allotted.

Source: docs/sources.md#stock
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from treatments.syringe import Sealed, ToOpen, vials_to_open


@dataclass(frozen=True, slots=True)
class Allotted:
    """What a day needs of one product: each patient's vials in the order of the visits, and what is sealed in all."""

    each: tuple[ToOpen, ...]
    sealed: tuple[Sealed, ...]

    @property
    def patients(self) -> int:
        """How many doses."""
        return len(self.each)

    @property
    def units(self) -> Decimal:
        """All units that are to be given."""
        return sum((one.dose for one in self.each), Decimal(0))

    @property
    def missing(self) -> Decimal:
        """Units that no sealed vial is left for."""
        return sum((one.missing for one in self.each), Decimal(0))

    @property
    def to_open(self) -> tuple[tuple[Decimal, int], ...]:
        """How many vials of each size to open, the largest first."""
        return by_size(vial for one in self.each for vial in one.vials)

    @property
    def in_stock(self) -> tuple[tuple[Decimal, int], ...]:
        """How many sealed vials of each size may be used that day, the largest first."""
        return by_size(self.sealed)


def allot(doses: Sequence[Decimal], sealed: Iterable[Sealed], on: date) -> Allotted:
    """Give each dose its own vials, in the order of the doses: usable on the day, the first to expire first."""
    left = [vial for vial in sealed if vial.is_in_use and vial.expires_on >= on]
    usable = tuple(left)
    each = []
    for dose in doses:
        chosen = vials_to_open(dose, left, on)
        each.append(chosen)
        left = [vial for vial in left if vial not in chosen.vials]
    return Allotted(tuple(each), usable)


def by_size(vials: Iterable[Sealed]) -> tuple[tuple[Decimal, int], ...]:
    """Count vials by their units, the largest size first."""
    return tuple(sorted(Counter(vial.units for vial in vials).items(), reverse=True))
