"""Phone numbers: one stored form (E.164) for every spelling, and a spelling to read aloud. Pure."""

import re
from dataclasses import dataclass

import phonenumbers

LOOKS_LIKE_A_NUMBER = re.compile(r"^[+(]?[\d\s()./\-\u2010-\u2015\u00a0]*$")
SHORTEST_ENDING = 4
"""So many last digits are asked for before a search looks at phones: fewer find half the town."""


@dataclass(eq=False)
class NotAPhone(Exception):
    """Nobody has this number; `digits` were typed, and it is `short` or `long` where that is known."""

    digits: int
    is_short: bool = False
    is_long: bool = False


def stored(text: str, country: str) -> str:
    """Return the one form a phone is kept in ("+919876500181"), or "" for nothing typed.

    `country` (ISO, two letters) reads a number typed without +. The country code without + and 00 before it are
    spellings too.

    Raises:
        NotAPhone: no number of any country has this shape.

    """
    typed = text.strip()
    if not typed:
        return ""
    seen: phonenumbers.PhoneNumber | None = None
    for spelling in _spellings(typed, country):
        try:
            number = phonenumbers.parse(spelling, country)
        except phonenumbers.NumberParseException:
            continue
        if _exists(number, country):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        seen = seen or number
    digits = len(digits_of(typed))
    reason = phonenumbers.is_possible_number_with_reason(seen) if seen else None
    raise NotAPhone(
        digits,
        is_short=reason == phonenumbers.ValidationResult.TOO_SHORT,
        is_long=reason == phonenumbers.ValidationResult.TOO_LONG,
    )


def shown(phone: str) -> str:
    """Return a stored phone grouped for reading, "+91 98765 00181"; what is no phone comes back as it is."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def digits_of(text: str) -> str:
    """Return the decimal digits of a text as 0-9, whatever script they were typed in."""
    return "".join(str(int(character)) for character in text if character.isdecimal())


def backwards(phone: str) -> str:
    """Return the digits of a stored phone reversed: its last digits are then a prefix, which an index can find."""
    return digits_of(phone)[::-1]


def looks_like_a_number(text: str) -> bool:
    """Whether a search text can only be a phone or a record number."""
    return bool(digits_of(text)) and LOOKS_LIKE_A_NUMBER.fullmatch(text.strip()) is not None


def beginnings(text: str, country: str) -> tuple[str, ...]:
    """Return what a stored phone may begin with when a person has typed this much of it, in any spelling."""
    digits = digits_of(text)
    code = str(phonenumbers.country_code_for_region(country) or "")
    found = []
    if text.strip().startswith("+"):
        found.append(f"+{digits}")
    elif digits.startswith("00"):
        found.append(f"+{digits[2:]}")
    else:
        found.append(f"+{code}{digits.lstrip('0')}")
        if digits.startswith(code):
            found.append(f"+{digits}")
    return tuple(beginning for beginning in found if len(beginning) > len(code) + 1)


def _spellings(typed: str, country: str) -> list[str]:
    """Return what the text may mean, likeliest first."""
    digits = digits_of(typed)
    if typed.startswith("+"):
        return [typed]
    if digits.startswith("00"):
        return [f"+{digits[2:]}"]
    code = str(phonenumbers.country_code_for_region(country) or "")
    spellings = [typed]
    if code and digits.startswith(code):
        spellings.append(f"+{digits}")
    return spellings


def _exists(number: "phonenumbers.PhoneNumber", country: str) -> bool:
    """Whether a number can be rung: at home its shape is known exactly, abroad its length must do."""
    if number.country_code == phonenumbers.country_code_for_region(country):
        return bool(phonenumbers.is_valid_number(number))
    return bool(phonenumbers.is_possible_number(number))
