"""The way back to the list somebody came from."""

from django.urls import reverse

LONGEST_WAY = 900


def way_back(text: str | None, *, otherwise: str) -> str:
    """Return an address of the recall list as a form brought it back; another where it is none of ours."""
    home = reverse("scheduling:recall")
    found = text or ""
    is_ours = found == home or found.startswith((f"{home}?", f"{home}#"))
    return found if is_ours and found.isprintable() and len(found) <= LONGEST_WAY else otherwise
