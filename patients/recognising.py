"""Does what somebody typed agree with the date of birth we hold? Pure.

A link alone opens a page; what was answered before needs this second check, or a code by e-mail.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthTyped:
    """A date of birth as typed: what was left empty is None."""

    day: int | None
    month: int | None
    year: int | None


def can_be_asked(precision: str) -> bool:
    """Return whether the date of birth on file is sure enough to recognise somebody by.

    "about" and "unknown" are not: a year somebody estimated would refuse the right person.
    """
    return precision in ("day", "month", "year")


def agrees(typed: BirthTyped, *, born_on: date | None, precision: str) -> bool:
    """Return whether a typed date is the one on file, as far as that one is known; never where it is not.

    Somebody may type more than we hold: the 14th of August 1984 agrees with August 1984. Less never agrees.
    """
    if born_on is None or not can_be_asked(precision):
        return False
    if typed.year != born_on.year:
        return False
    if precision == "year":
        return True
    if typed.month != born_on.month:
        return False
    return precision == "month" or typed.day == born_on.day
