"""The way back to the list or the sheet somebody came from."""

from collections.abc import Collection
from typing import Final

from django.urls import reverse

LONGEST_WAY = 900
CALENDAR: Final = ("scheduling:calendar", "scheduling:calendar_week")


def way_back(text: str | None, *, otherwise: str, homes: Collection[str] = ("scheduling:recall",)) -> str:
    """Return an address of one of our lists as a form brought it back; another where it is none of ours."""
    found = text or ""
    is_ours = bool(found) and any(_is_of(found, reverse(home)) for home in homes)
    return found if is_ours and found.isprintable() and len(found) <= LONGEST_WAY else otherwise


def _is_of(found: str, home: str) -> bool:
    return found == home or found.startswith((f"{home}?", f"{home}#"))
