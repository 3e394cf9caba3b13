"""Ending a follow-up for a reason a person gave."""

from datetime import datetime

from clinic.staff.models import User
from scheduling.following_up.rows import close
from scheduling.models import FollowUp


def decline(*, follow_up: FollowUp, reason: str, by: User, now: datetime) -> None:
    """Close a follow-up because the patient does not want to come, or is treated elsewhere."""
    close(follow_up, state="declined", reason=reason, by=by, now=now)
