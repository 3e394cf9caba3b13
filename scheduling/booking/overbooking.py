"""Who may book over what is there already, or outside hours: with a reason, on purpose, never a patient."""

from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.booking.asked import Leave
from scheduling.errors import NotYoursToOverbook


def may_overbook(by: User | None, location: Location) -> bool:
    """Say whether somebody may: clinicians and managers, and the front desk where the location lets it."""
    return by is not None and (location.desk_overbooks or not by.is_front_desk)


def refuse_overbooking(*, leave: Leave, location: Location, by: User | None) -> None:
    """Raise NotYoursToOverbook where somebody overbooks who may not."""
    if leave.overbook_reason and not may_overbook(by, location):
        raise NotYoursToOverbook
