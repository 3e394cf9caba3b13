"""Billing units of a product's code, for clinics that bill by them (R30). Pure.

Source: docs/sources.md#billing
"""

from decimal import ROUND_CEILING, Decimal

from treatments.formulary import Product, Sourced
from treatments.quantities import show_number


class NoBillingUnit(LookupError):
    """The product has no billing code, so its units cannot be told in one."""

    def __init__(self, product: str) -> None:
        super().__init__(f"{product} has no billing unit.")
        self.product = product


def billing_unit(product: Product) -> Sourced[Decimal]:
    """Units in one billing unit of the product's own code. Raises `NoBillingUnit`."""
    if product.billing_unit is None:
        raise NoBillingUnit(product.name)
    return product.billing_unit


def billing_units(units: Decimal, unit_size: Decimal) -> Decimal:
    """Units as whole billing units, a begun one counting as one."""
    return (units / unit_size).to_integral_value(ROUND_CEILING)


def billing_text(given: Decimal, wasted: Decimal, unit_size: Decimal) -> str:
    """R30: "155", or with waste "155 billed + 45 JW", both in billing units of one product."""
    billed = show_number(billing_units(given, unit_size)).replace(",", "")
    if not wasted:
        return billed
    return f"{billed} billed + {show_number(billing_units(wasted, unit_size)).replace(',', '')} JW"
