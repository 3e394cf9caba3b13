"""Writing a follow-up's row: changed, closed, opened again. For the deeds of this package alone."""

from datetime import datetime
from typing import Any

from django.db.models import F

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.links import revoke_links
from scheduling.following_up.words import CLOSED
from scheduling.models import FollowUp


def change(follow_up: FollowUp, **facts: Any) -> None:
    """Write facts to the row and to the object in hand."""
    FollowUp.objects.filter(pk=follow_up.pk).update(version=F("version") + 1, **facts)
    for name, value in facts.items():
        setattr(follow_up, name, value)


def close(follow_up: FollowUp, *, state: str, reason: str, by: User | None, now: datetime) -> None:
    """End a live follow-up with a reason: what was not yet sent is withdrawn."""
    won = (
        FollowUp.objects.live()
        .filter(pk=follow_up.pk)
        .update(state=state, reason=reason, where=CLOSED, closed_at=now, next_step_on=None, version=F("version") + 1)
    )
    if won:
        # What a person typed stays with the follow-up: letters and trail hold keys, never somebody's words.
        why = "declined" if state == "declined" else reason
        outbox.withdraw(about=follow_up, reason=why, now=now, where=CLOSED)
        revoke_links(about=follow_up, because="follow_up_closed", now=now)
        record(by=by, verb=f"follow_up.{state}", thing=follow_up, patient=follow_up.patient, detail={"reason": why})
