"""Which rows a change of policy concerns."""

from datetime import datetime, timedelta
from typing import Any

from scheduling import policies
from scheduling.models import Appointment, FollowUp, ReplannedThing, Replanning

WAITED_FOR = timedelta(days=1)


def concerned(row: Replanning, *, now: datetime) -> Any:
    """Return the rows a change concerns: follow-ups nobody booked for yet, or visits to come."""
    if row.thing == ReplannedThing.VISITS:
        visits = Appointment.objects.upcoming(now)
        if row.location_id:
            visits = visits.filter(location=row.location_id)
        return visits.filter(type=row.appointment_type_id) if row.appointment_type_id else visits
    return follow_ups_of(row.condition_key, row.location_id)


def is_on_its_way_to(follow_up: FollowUp, *, now: datetime) -> bool:
    """Whether a change of policy has yet to reach this follow-up. One query, on a table that is empty as a rule.

    One that has not got there within a day is stuck: letters go by what they have rather than never.
    """
    waiting = Replanning.objects.filter(
        finished_at__isnull=True,
        thing=ReplannedThing.FOLLOW_UPS,
        after_pk__lt=follow_up.pk,
        started_at__gt=now - WAITED_FOR,
    )
    return any(
        row.location_id == follow_up.location_id
        if row.location_id
        else row.condition_key in {policies.FOR_ALL, follow_up.plan.condition.key}
        for row in waiting
    )


def follow_ups_of(condition_key: str, location_id: int | None = None) -> Any:
    """Return the follow-ups nobody booked for: of a location, else of a condition, else of all without a policy."""
    rows = FollowUp.objects.open()
    if location_id:
        return rows.filter(location=location_id)
    if condition_key:
        return rows.filter(plan__condition__key=condition_key)
    return rows.exclude(plan__condition__key__in=policies.with_their_own())
