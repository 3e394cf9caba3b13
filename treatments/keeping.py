"""How the stock stands: what expires soon, what runs low, when a thermometer is due. Pure.

The two figures are the house's, not a label's: they decide what is listed, never what may be injected (that is R07).
"""

from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

SOON_DAYS = 60
"""A lot that expires within so many days is listed while it can still be used up."""
FEW_VIALS = 3
"""With fewer sealed vials that may be used, a product is on the list to order."""
NOON = time(12)


class Shelf(Enum):
    """How far a lot is from the last day it may be used."""

    GOOD = "good"
    SOON = "soon"
    EXPIRED = "expired"


class Half(Enum):
    """The two looks at the thermometer a day."""

    MORNING = "morning"
    EVENING = "evening"


def shelf_of(expires_on: date, today: date) -> Shelf:
    """Say whether a lot is good, expires soon, or has expired: it is good through its last day."""
    if today > expires_on:
        return Shelf.EXPIRED
    return Shelf.SOON if expires_on - today <= timedelta(days=SOON_DAYS) else Shelf.GOOD


def runs_low(sealed: int) -> bool:
    """Whether a product has too few vials left."""
    return sealed < FEW_VIALS


def half_of(read_at: datetime, zone: ZoneInfo) -> Half:
    """Say which of the day's two readings one is: before noon at the location, or from then on."""
    return Half.MORNING if read_at.astimezone(zone).time() < NOON else Half.EVENING
