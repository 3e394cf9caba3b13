"""Tokens of links in letters: derived from a row's public id and the secret key; the database holds their hash only.

So a letter that is written twice carries one link, a copy of the database opens nothing, and what one purpose derives
opens no other's pages.
"""

import hashlib
from base64 import urlsafe_b64encode
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

TOKEN_BYTES: Final = 24
"""192 bits, 32 characters: short enough for a line of plain text, far beyond guessing."""


def derived(salt: str, public_id: UUID, *, key: str | bytes | None = None) -> str:
    """Return the token of a row for one purpose, which is in the salt."""
    mac = salted_hmac(salt, str(public_id), secret=key or settings.SECRET_KEY, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()[:TOKEN_BYTES]).decode()


def hashed(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived_again(salt: str, public_id: UUID, *, token_hash: str) -> str | None:
    """Return the token of a row made before; None where its secret key is no longer known here."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = derived(salt, public_id, key=key)
        if hashed(token) == token_hash:
            return token
    return None
