"""A mark of what a page of the calendar shows: the same mark, the same page. Cheap enough to be asked all day."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q

from clinic.lib.days import day_bounds
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.calendar_days.visits import shown_between
from scheduling.models import Absence, ExtraHours, HeldTime, ProviderHours

NOW_MOVES_EVERY = 5 * 60
"""The line of now is drawn anew so many seconds apart; and quarter hours go by."""


def mark_of(*, user: User, location: Location, first: date, last: date, now: datetime) -> str:
    """Return the mark of what is shown of a place between two days. Six small queries.

    A visit is its row and version, which every deed raises; hours, absences, closures and times kept are their rows.
    Where today is shown the clock counts too.
    """
    visits = shown_between(user=user, location=location, first=first, last=last)
    absences = Absence.objects.standing().filter(
        Q(location=None) | Q(location=location), first_on__lte=last, last_on__gte=first
    )
    extra = ExtraHours.objects.standing().filter(location=location, on__range=(first, last))
    hours = ProviderHours.objects.filter(location=location)
    closures = location.closures.filter(on__range=(first, last))
    start, end = day_bounds(first, location.zone)[0], day_bounds(last, location.zone)[1]
    kept = HeldTime.objects.live(now).overlapping(start, end).filter(location=location)
    today = first <= now.astimezone(location.zone).date() <= last
    seen: list[Iterable[Any]] = [
        visits.order_by("pk").values_list("pk", "version"),
        absences.order_by("pk").values_list("pk", "first_on", "last_on", "starts", "ends"),
        extra.order_by("pk").values_list("pk", "starts", "ends"),
        hours.order_by("pk").values_list("pk", "weekday", "starts", "ends", "valid_from", "valid_until"),
        closures.order_by("pk").values_list("pk", "name"),
        kept.order_by("pk").values_list("pk", flat=True),
        [int(now.timestamp()) // NOW_MOVES_EVERY if today else 0, location.pk, user.pk],
    ]
    return sha256(repr([list(rows) for rows in seen]).encode()).hexdigest()[:32]
