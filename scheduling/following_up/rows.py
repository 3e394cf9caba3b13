"""A follow-up's row, read and written: changed, closed, opened again. For the deeds of this package, and of calls."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.links import revoke_links
from scheduling import standing
from scheduling.models import FollowUp
from scheduling.reasons import sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet


def live_ones(**which: Any) -> "QuerySet[FollowUp]":
    """Return live follow-ups with what their deeds read."""
    return with_facts(FollowUp.objects.live().filter(**which))


def with_facts(rows: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
    """Return follow-ups with what their deeds read."""
    return rows.select_related("location", "session", "plan", "patient")


def change(follow_up: FollowUp, **facts: Any) -> None:
    """Write facts to the row and to the object in hand."""
    FollowUp.objects.filter(pk=follow_up.pk).update(version=F("version") + 1, **facts)
    for name, value in facts.items():
        setattr(follow_up, name, value)


def close(follow_up: FollowUp, *, state: str, reason: str, by: User | None, now: datetime, said: str = "") -> bool:
    """End a live follow-up with a reason: what was not yet sent is withdrawn. Returns whether it was live still.

    What a person typed stays with the follow-up: letters and trail hold keys, never somebody's words.
    """
    won = FollowUp.objects.filter(pk=follow_up.pk, state__in=standing.before(state)).update(
        state=state,
        reason=reason,
        where=standing.CLOSED,
        closed_at=now,
        closed_by=by,
        said=said,
        next_step_on=None,
        version=F("version") + 1,
    )
    if won:
        outbox.withdraw(about=follow_up, reason=reason, text=sentence(reason), now=now, where=standing.CLOSED)
        revoke_links(about=follow_up, because="follow_up_closed", now=now)
        record(by=by, verb=f"follow_up.{state}", thing=follow_up, patient=follow_up.patient, detail={"reason": reason})
    return bool(won)


def reopen_row(follow_up: FollowUp) -> None:
    """Let an ended follow-up wait again, as it waited last; a visit that kept it then is not counted on."""
    history = FollowUp.pgh_event_model.objects.filter(pgh_obj_id=follow_up.pk)  # type: ignore[attr-defined] # pghistory's
    last = history.filter(state__in=standing.LIVE).order_by("-pgh_id").first()
    waited = last is not None and last.state in standing.OPEN
    change(
        follow_up,
        state=last.state if waited else "pending",
        where=last.where if waited else standing.LETTERS,
        reason=last.reason if waited else "",
        closed_at=None,
        closed_by=None,
        said="",
    )


def note(follow_up: FollowUp, verb: str, *, by: User | None) -> None:
    """Write a line into the trail: a person's, or the patient's link."""
    record(by=by, actor="" if by else "patient link", verb=verb, thing=follow_up, patient=follow_up.patient)
