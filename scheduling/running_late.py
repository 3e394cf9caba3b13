"""A clinician runs late: said by anybody at the location, shown on the board, taken back like any press of the desk."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.errors import TakenBackAlready
from scheduling.models import RunningLate

CHOICES = (0, 10, 20, 30, 45, 60)
"""What one press can say; nought is on time again."""


@transaction.atomic
def say(*, clinician: User, location: Location, minutes: int, by: User, now: datetime) -> RunningLate:
    """Write down by how much a clinician runs late today, by the location's day. What was said before gives way."""
    said: RunningLate = RunningLate.objects.create(
        clinician=clinician,
        location=location,
        on=day_of(now, location.zone),
        minutes=minutes,
        said_by=by,
        said_at=now,
    )
    record(by=by, verb="running_late.said", thing=said, detail={"minutes": minutes})
    return said


@transaction.atomic
def take_back(*, said: RunningLate, by: User, now: datetime) -> None:
    """Take back what was said: what was said before it holds again.

    Raises:
        TakenBackAlready: somebody took it back before.

    """
    if not RunningLate.objects.filter(pk=said.pk, taken_back_at__isnull=True).update(taken_back_at=now):
        raise TakenBackAlready
    record(by=by, verb="running_late.taken_back", thing=said)


def minutes_by_clinician(*, locations: Iterable[Location], day: date) -> dict[int, int]:
    """Return by how much each clinician (by pk) runs late on a day, as it was said last; nobody on time. One query."""
    rows = (
        RunningLate.objects.filter(location__in=list(locations), on=day, taken_back_at__isnull=True)
        .order_by("clinician_id", "-said_at", "-id")
        .distinct("clinician_id")
        .values_list("clinician_id", "minutes")
    )
    return {clinician: minutes for clinician, minutes in rows if minutes}
