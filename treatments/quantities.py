"""Doses and volumes as people write and read them: typed text in, exact decimals out, and back without a misreading.

Pure: no Django. A trailing zero has been read as ten times the dose and the letter U as a nought, so neither is shown.
"""

import re
from decimal import Decimal

NO_BREAK_SPACE = "\u00a0"
UNIT_STEP = Decimal("0.01")
"""The ledger's resolution: doses that agree to it are the same dose."""
UNIT_PLACES = 2
ML_PLACES = 3
VOLUME_STEP = Decimal("0.0001")
LARGEST = Decimal("99999.99")
"""The largest dose that can be kept."""

_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)")
_UNIT_WORDS = re.compile(r"\s*(?:u|units?|ml)\s*$", re.IGNORECASE)


class QuantityUnreadable(ValueError):
    """The text is no dose: `reason` says why in plain words, `typed` is what stood there."""

    def __init__(self, typed: str, reason: str) -> None:
        super().__init__(reason)
        self.typed = typed
        self.reason = reason


def parse_units(text: str) -> Decimal:
    """Read a dose in units: above nought, at most two decimals, a point for the decimals.

    A comma is refused, since 2,5 and 1,000 cannot be told apart safely. Raises `QuantityUnreadable`.
    """
    return _parse(text, places=UNIT_PLACES)


def parse_ml(text: str) -> Decimal:
    """Read a volume in mL: above nought, at most three decimals. Raises `QuantityUnreadable`."""
    return _parse(text, places=ML_PLACES)


def _parse(text: str, *, places: int) -> Decimal:
    bare = _UNIT_WORDS.sub("", text.replace(NO_BREAK_SPACE, " ").strip())
    if not bare:
        raise QuantityUnreadable(text, "Write a number, for example 2.5.")
    if "," in bare:
        raise QuantityUnreadable(text, "Write a point for decimals and no comma: 2.5 or 1000.")
    if bare.startswith(("-", "\u2212")):
        raise QuantityUnreadable(text, "The number must be above 0.")
    if not _NUMBER.fullmatch(bare):
        raise QuantityUnreadable(text, "Write a plain number, for example 5 or 2.5.")
    value = Decimal(bare)
    if value == 0:
        raise QuantityUnreadable(text, "The number must be above 0.")
    if value > LARGEST:
        raise QuantityUnreadable(text, f"The number must be at most {show_number(LARGEST)}.")
    if value != value.quantize(Decimal(1).scaleb(-places)):
        raise QuantityUnreadable(text, f"Write at most {places} decimals.")
    return value


def same_units(one: Decimal, other: Decimal) -> bool:
    """Whether two doses agree to the ledger's resolution."""
    return abs(one - other) < UNIT_STEP


def show_number(value: Decimal) -> str:
    """A number without trailing zeros, with a leading one and with thousands apart: 0.5, 2.5, 1,000."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_units(value: Decimal) -> str:
    """A dose with its word and a space that does not break: "0.5 units"."""
    word = "unit" if value == 1 else "units"
    return f"{show_number(value)}{NO_BREAK_SPACE}{word}"


def show_ml(value: Decimal) -> str:
    """A volume with its unit and a space that does not break: "0.1 mL"."""
    return f"{show_number(value)}{NO_BREAK_SPACE}mL"
