"""Where somebody works, and the zone that counts there."""

from clinic.locations.models import Location
from clinic.staff.models import User


def places_of(user: User) -> list[Location]:
    """Return the locations in use where this person works, by name. One query."""
    return list(user.locations.filter(is_active=True).order_by("name"))
