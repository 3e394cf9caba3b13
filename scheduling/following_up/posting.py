"""What became of a follow-up's letters: a step sent, none that could go, none that was answered."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from clinic.lib.days import day_of
from clinic.locations.models import Location
from scheduling.following_up.words import CALL_LIST, LETTERS
from scheduling.models import FollowUp


def reminded(*, follow_up_id: Any, step: int) -> None:
    """Note that a step was sent."""
    FollowUp.objects.filter(public_id=follow_up_id, state__in=("pending", "reminded")).update(
        state="reminded", next_step=step + 1, version=F("version") + 1
    )


def hand_to_a_person(*, follow_up_id: Any, where: str, reason: str) -> None:
    """Put a follow-up on a list that a person works: no letter could go, or it is not known whether it did."""
    FollowUp.objects.live().filter(public_id=follow_up_id).exclude(state="booked").update(
        where=where or CALL_LIST, reason=reason, version=F("version") + 1
    )


def sweep(now: datetime) -> int:
    """Move to the call list what was reminded in vain. One UPDATE, by the partial index; returns how many."""
    today = (now + timedelta(hours=14)).date()  # the latest day anywhere; each location's own day is checked below
    moved = 0
    for location in Location.objects.all():
        moved += FollowUp.objects.filter(
            Q(state="pending") | Q(state="reminded"),
            location=location,
            where=LETTERS,
            next_step_on__lte=min(today, day_of(now, location.zone)),
        ).update(where=CALL_LIST, reason="no_answer", next_step_on=None, version=F("version") + 1)
    return moved
