"""Where somebody works, the zone that counts there, and the way back to the list they came from."""

from django.urls import reverse

from clinic.locations.models import Location
from clinic.staff.models import User

LONGEST_WAY = 900


def places_of(user: User) -> list[Location]:
    """Return the locations in use where this person works, by name. One query."""
    return list(user.locations.filter(is_active=True).order_by("name"))


def way_back(text: str | None, *, otherwise: str) -> str:
    """Return an address of the recall list as a form brought it back; another where it is none of ours."""
    home = reverse("scheduling:recall")
    found = text or ""
    is_ours = found == home or found.startswith((f"{home}?", f"{home}#"))
    return found if is_ours and found.isprintable() and len(found) <= LONGEST_WAY else otherwise
