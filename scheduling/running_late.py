"""A clinician runs late: said by anybody at the location, shown on the board, taken back like any press of the desk."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.errors import TakenBackAlready
from scheduling.models import RunningLate
from scheduling.slots import Span

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
    if not RunningLate.objects.standing().filter(pk=said.pk).update(taken_back_at=now):
        raise TakenBackAlready
    record(by=by, verb="running_late.taken_back", thing=said)


def minutes_by_clinician(*, locations: Iterable[Location], day: date) -> dict[int, int]:
    """Return by how much each clinician (by pk) runs late on a day, as it was said last; nobody on time. One query."""
    rows = (
        RunningLate.objects.standing()
        .filter(location__in=list(locations), on=day)
        .order_by("clinician_id", "-said_at", "-id")
        .distinct("clinician_id")
        .values_list("clinician_id", "minutes")
    )
    return {clinician: minutes for clinician, minutes in rows if minutes}


def put_off(waiting: Iterable[tuple[int, int, Span]], late: Mapping[int, int]) -> dict[int, datetime]:
    """Return when each visit that has not begun will begin, where its clinician runs late; none that begins on time.

    `waiting` are visits in order of time: key, clinician, the span they occupy; `late` is minutes by clinician. A gap
    between two visits makes up for as much as it is long: late at ten is not late in the evening.
    """
    left = {clinician: timedelta(minutes=minutes) for clinician, minutes in late.items()}
    free_from: dict[int, datetime] = {}
    begins: dict[int, datetime] = {}
    for key, clinician, span in waiting:
        gap = span.start - free_from.get(clinician, span.start)
        delay = left[clinician] = max(timedelta(0), left.get(clinician, timedelta(0)) - max(gap, timedelta(0)))
        free_from[clinician] = max(span.end, free_from.get(clinician, span.end))
        if delay:
            begins[key] = span.start + delay
    return begins
