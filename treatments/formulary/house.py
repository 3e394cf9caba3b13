"""The clinic's own figures: what its pages list and when. No label's, and no rule asks them."""

from dataclasses import dataclass
from decimal import Decimal

from treatments.formulary.reading import Row, Sourced


@dataclass(frozen=True, slots=True)
class House:
    """All of house.json."""

    expiring_within_days: Sourced[Decimal]
    few_vials: Sourced[Decimal]


def read_house(document: Row) -> House:
    """Read house.json."""
    stock = document.row("stock")
    return House(
        expiring_within_days=stock.sourced_number("expiring_within_days"),
        few_vials=stock.sourced_number("few_vials"),
    )
