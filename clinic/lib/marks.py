"""A short mark of what a page showed, so that saving can ask whether it is still so. Pure."""

import hashlib


def mark_of(draft: object) -> str:
    """Return a short mark of a draft: saving asks for the mark of what was looked at."""
    return hashlib.sha256(repr(draft).encode()).hexdigest()[:16]
