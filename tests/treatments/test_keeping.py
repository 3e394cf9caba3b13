"""How the stock stands, without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.treatments.made import ABO, DAXI, FORMULARY, INCO, ONA
from treatments.keeping import Half, Shelf, half_of, runs_low, shelf_of

KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("today", "shelf"),
    [
        (date(2027, 1, 31) - timedelta(days=61), Shelf.GOOD),
        (date(2027, 1, 31) - timedelta(days=60), Shelf.SOON),
        (date(2027, 1, 31), Shelf.SOON),
        (date(2027, 2, 1), Shelf.EXPIRED),
    ],
)
def test_btx_061_lot_is_good_through_its_last_day(today: date, shelf: Shelf) -> None:
    assert shelf_of(date(2027, 1, 31), today, soon_days=Decimal(60)) == shelf


def test_product_runs_low_below_the_mark() -> None:
    assert [runs_low(sealed, few=Decimal(3)) for sealed in (0, 2, 3)] == [True, True, False]


@pytest.mark.parametrize(("utc", "half"), [((6, 29), Half.MORNING), ((6, 30), Half.EVENING)])
def test_half_of_the_day_is_the_locations(utc: tuple[int, int], half: Half) -> None:
    assert half_of(datetime(2027, 3, 1, *utc, tzinfo=UTC), KOLKATA) == half  # noon in Ahmedabad is 06:30 UTC


@pytest.mark.parametrize(
    ("product", "low", "high", "is_kept"),
    [
        (ONA, "2", "8", True),  # Botox sheet: 2 to 8
        (ONA, "2", "8.1", False),
        (ONA, "1.9", "8", False),
        (ABO, "2", "9", False),
        (INCO, "-20", "25", True),  # Xeomin: unopened, freezer to room
        (INCO, "3", "25.5", False),
        (DAXI, "20", "25", True),  # Daxxify: fridge or room
        (DAXI, "3", "7", True),
        (DAXI, "6", "21", False),  # between the two ranges is neither
    ],
)
def test_temperatures_against_the_label(product: str, low: str, high: str, is_kept: bool) -> None:
    assert FORMULARY.products[product].storage.keeps(Decimal(low), Decimal(high)) is is_kept
