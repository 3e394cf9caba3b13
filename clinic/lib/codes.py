"""Codes of six digits in letters: derived from a row's public id and the secret key; the database holds a keyed hash.

So the letter can be written without keeping the code, and a million codes are not soon hashed by whoever has the table
but not the key.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

CODE_DIGITS: Final = 6


def code_of(salt: str, public_id: UUID, number: int) -> str:
    """Return the code of a row's letter number so-and-so."""
    mac = salted_hmac(salt, f"{public_id}:{number}", algorithm="sha256")
    return f"{int.from_bytes(mac.digest()[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def hash_of(salt: str, public_id: UUID, code: str) -> str:
    """Return what the database keeps of a code, or of what somebody typed."""
    return salted_hmac(salt, f"{public_id}:{code}", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def is_one(text: str) -> bool:
    """Say whether this can be a code at all: six digits of any script, whatever spaces are between them."""
    typed = as_typed(text)
    return len(typed) == CODE_DIGITS and typed.isdecimal()


def as_typed(text: str) -> str:
    """Return a code as letters write it: no spaces between its digits, and 5 where a keyboard has ५ or ૫."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text if not sign.isspace())
