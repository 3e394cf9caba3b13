"""Which vials to open for a dose, how much to draw, and what is left over. Pure: exact decimals in and out.

Earliest expiry first, and none that is not needed: an opened vial cannot be closed again, and what is left is thrown
away. The numbers of a dilution are the catalogue's or what was typed at the bench, never this module's.

Source: docs/sources.md#dilution
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from treatments.dilution import units_per_ml, volume_ml


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An unopened vial of the product, under the name the page gives it."""

    ref: str
    units: Decimal
    expires_on: date
    is_in_use: bool = True
    """False for a lot in quarantine or recalled."""


@dataclass(frozen=True, slots=True)
class ToOpen:
    """The vials to open for a dose. `missing` is what they do not hold, `left` what is over."""

    dose: Decimal
    vials: tuple[Sealed, ...]

    @property
    def held(self) -> Decimal:
        """All units in them."""
        return sum((vial.units for vial in self.vials), Decimal(0))

    @property
    def missing(self) -> Decimal:
        """Units the stock cannot give."""
        return max(self.dose - self.held, Decimal(0))

    @property
    def left(self) -> Decimal:
        """Units over once the dose is drawn."""
        return max(self.held - self.dose, Decimal(0))


@dataclass(frozen=True, slots=True)
class Syringe:
    """The dose at one dilution: mL to add in all, mL to draw for the dose, mL that stay in the vials."""

    per_ml: Decimal
    diluent_ml: Decimal
    draw_ml: Decimal
    left_ml: Decimal


def vials_to_open(dose: Decimal, sealed: Iterable[Sealed], on: date) -> ToOpen:
    """Choose vials for a dose on a day: usable ones, the first to expire first, until they hold it.

    Then whichever of them is not needed stays closed, the last to expire looked at first.
    """
    chosen: list[Sealed] = []
    usable = (vial for vial in sealed if vial.is_in_use and vial.expires_on >= on)
    for vial in sorted(usable, key=lambda vial: vial.expires_on):  # a stable sort: the page's order within a day
        if ToOpen(dose, tuple(chosen)).missing == 0:
            break
        chosen.append(vial)
    for vial in reversed(chosen.copy()):
        without = tuple(other for other in chosen if other is not vial)
        if ToOpen(dose, without).missing == 0:
            chosen = list(without)
    return ToOpen(dose, tuple(chosen))


def syringe_for(to_open: ToOpen, *, vial_units: Decimal, vial_ml: Decimal) -> Syringe:
    """Return what to draw if each vial is made up as strong as `vial_units` in `vial_ml`."""
    per_ml = units_per_ml(vial_units, vial_ml)
    drawn = min(to_open.dose, to_open.held)
    return Syringe(
        per_ml=per_ml,
        diluent_ml=volume_ml(to_open.held, per_ml),
        draw_ml=volume_ml(drawn, per_ml),
        left_ml=volume_ml(to_open.held - drawn, per_ml),
    )
