"""Recognise an address a letter went to, without keeping the address: an HMAC of it stands in the letter's row."""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from clinic.outbox.mime import BadAddress, envelope_address


def mark_of(address: str) -> str:
    """Return the mark of an address, the same however it is spelt; "" where it is none."""
    return _mark(address, settings.SECRET_KEY)


def is_mark_of(mark: str, address: str) -> bool:
    """Return whether a mark was made of this address, under this secret key or one before it."""
    if not mark or not address:
        return False
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(mark, _mark(address, key)) for key in keys)


def _mark(address: str, key: str | bytes) -> str:
    try:
        spelt = envelope_address(address)
    except (BadAddress, ValueError):
        return ""
    return salted_hmac("clinic.outbox.marks", spelt.casefold(), secret=key, algorithm="sha256").hexdigest()
