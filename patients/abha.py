"""ABHA, India's health account: its number and its address, each in one stored form. Format only. Pure.

No checksum is asked for: none is documented by those who give the numbers out. Source: docs/sources.md#abha
"""

import re
from dataclasses import dataclass

from patients.birth import as_read

DIGITS = 14
GROUPS = (2, 4, 4, 4)
AADHAAR_DIGITS = 12
ADDRESS = re.compile(r"[a-z0-9](?:[._]?[a-z0-9]){3,17}@(?:abdm|sbx)")
"""Sources disagree on the length (4 or 8 at least, 18 at most): the wider one, so that no real address is refused."""


@dataclass(eq=False)
class NotAnAbhaNumber(Exception):
    """No 14 digits; `digits` were typed, none where there is something else in it."""

    digits: int

    @property
    def is_like_aadhaar(self) -> bool:
        """Whether this is as long as an Aadhaar number, which is not kept here."""
        return self.digits == AADHAAR_DIGITS


class NotAnAbhaAddress(Exception):
    """Nothing of the shape name@abdm."""


def number_kept(text: str) -> str:
    """Return an ABHA number as it is stored, digits only; nothing for nothing.

    Raises:
        NotAnAbhaNumber: it has not 14 digits, or something else in it.

    """
    typed = re.sub(r"[\s\-\u2010-\u2015]", "", as_read(text))
    if not typed:
        return ""
    if not re.fullmatch(r"[0-9]+", typed):
        raise NotAnAbhaNumber(0)
    if len(typed) != DIGITS:
        raise NotAnAbhaNumber(len(typed))
    return typed


def number_shown(number: str) -> str:
    """Return a stored number grouped for reading: 91-1234-5678-9012."""
    parts, start = [], 0
    for length in GROUPS:
        parts.append(number[start : start + length])
        start += length
    return "-".join(part for part in parts if part)


def address_kept(text: str) -> str:
    """Return an ABHA address as it is stored, in small letters; nothing for nothing.

    Raises:
        NotAnAbhaAddress: it is not of the shape name@abdm.

    """
    typed = as_read(text)
    if typed and not ADDRESS.fullmatch(typed):
        raise NotAnAbhaAddress
    return typed
