"""How the stock stands: what expires soon, what runs low, when a thermometer is due. Pure.

How soon and how few is the clinic's own figure (formulary.house): it decides what is listed, never what may be
injected (that is R07).
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo

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


def shelf_of(expires_on: date, today: date, *, soon_days: Decimal) -> Shelf:
    """Say whether a lot is good, expires soon, or has expired: it is good through its last day."""
    if today > expires_on:
        return Shelf.EXPIRED
    return Shelf.SOON if expires_on - today <= timedelta(days=int(soon_days)) else Shelf.GOOD


def runs_low(sealed: int, *, few: Decimal) -> bool:
    """Whether a product has too few vials left."""
    return sealed < few


def half_of(read_at: datetime, zone: ZoneInfo) -> Half:
    """Say which of the day's two readings one is: before noon at the location, or from then on."""
    return Half.MORNING if read_at.astimezone(zone).time() < NOON else Half.EVENING
