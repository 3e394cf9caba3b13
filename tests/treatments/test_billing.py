"""Billing units of a product's own code: R30."""

from decimal import Decimal

import pytest

from tests.treatments.made import ABO, DAXI, FORMULARY, INCO, ONA, RIMA, STUNNOX
from treatments.billing import NoBillingUnit, billing_text, billing_unit


@pytest.mark.parametrize(
    ("product", "given", "wasted", "text"),
    [
        (ONA, "155", "45", "155 billed + 45 JW"),
        (ONA, "200", "0", "200"),
        (ABO, "500", "0", "100"),
        (ABO, "501", "0", "101"),  # a begun unit counts
        (ABO, "400", "100", "80 billed + 20 JW"),
        (RIMA, "5000", "0", "50"),
        (RIMA, "250000", "0", "2500"),
        (INCO, "99.5", "0.5", "100 billed + 1 JW"),
        (DAXI, "125", "0", "125"),
    ],
)
def test_r30_units_become_the_codes_billing_units(product: str, given: str, wasted: str, text: str) -> None:
    size = billing_unit(FORMULARY.product(product)).value
    assert billing_text(Decimal(given), Decimal(wasted), size) == text


def test_r30_a_product_without_a_code_is_not_billed_by_it() -> None:
    with pytest.raises(NoBillingUnit, match="Stunnox has no billing unit"):
        billing_unit(FORMULARY.product(STUNNOX))
