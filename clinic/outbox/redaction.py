"""What is kept of a letter: all of it but the keys. Pure."""

import re
from collections.abc import Iterable
from html import escape
from typing import Final
from urllib.parse import urlsplit

ELLIPSIS: Final = "…"
#: To the first character no address holds: white space, quotes, angle brackets, or a sentence's closing bracket.
_URL = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with each web address cut after its host, and each secret gone.

    A link is a capability: whoever reads the kept copy must not be able to use it. Which part of an address is the
    token is not guessed; everything after the host goes.
    """
    for secret in sorted({s for given in secrets for s in (given, escape(given))} - {""}, key=len, reverse=True):
        text = text.replace(secret, ELLIPSIS)
    return _URL.sub(_host_only, text)


def _host_only(match: re.Match[str]) -> str:
    try:
        parts = urlsplit(match.group())
        host = parts.hostname or ""
    except ValueError:
        return ELLIPSIS
    return f"{parts.scheme.lower()}://{host}/{ELLIPSIS}"
