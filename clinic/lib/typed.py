"""What a page's hidden fields and small boxes hold, read without trusting it. Pure."""

LONGEST = 9
"""Digits of a whole number that any column and any loop can take."""


def whole_number(text: str | None, otherwise: int = 0) -> int:
    """Return a whole number, or another where the text is none or beyond any use."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST else otherwise
