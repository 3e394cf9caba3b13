"""What was given despite a block: the manager is told, and says that it was seen."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from treatments.models import Incident, InjectionSession

if TYPE_CHECKING:
    from django.db.models import QuerySet


def unseen_by(user: User) -> "QuerySet[Incident]":
    """Return the incidents of a manager's locations that nobody has seen yet, the oldest first."""
    return (
        Incident.objects.filter(seen_at__isnull=True, session__location__in=user.works_at)
        .select_related("session__patient", "session__clinician")
        .order_by("at", "id")
    )


@transaction.atomic
def mark_seen(*, session: InjectionSession, by: User, now: datetime) -> int:
    """Note that a manager saw a session's incidents; return how many were new to anybody."""
    seen: int = Incident.objects.filter(session=session, seen_at__isnull=True).update(seen_by=by, seen_at=now)
    if seen:
        record(by=by, verb="incident.seen", thing=session, patient=session.patient, detail={"incidents": seen})
    return seen
