"""Change when a location's letters go: waking hours, closed weekdays, closures. What is owed follows the change."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.locations.models import Closure, Location
from clinic.staff.models import User
from scheduling import policies, replanning
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.models import ReplannedThing, Replanning
from scheduling.timing import Place


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A location's hours and days as a page sent them: closures to add by day, closures to remove by public id."""

    mail_from: time
    mail_until: time
    closed_weekdays: tuple[int, ...]
    added: tuple[tuple[date, str], ...] = ()
    removed: tuple[UUID, ...] = ()


def seen_as(location: Location) -> str:
    """Return what a page saw of a location, so that two managers see each other."""
    return f"{location.mail_from:%H:%M} {location.mail_until:%H:%M} {sorted(location.closed_weekdays)}"


def looked_at(draft: PlaceDraft, location: Location, *, now: datetime) -> Place:
    """Return the location's days as they would be with a draft saved."""
    kept = location.closures.filter(on__gte=day_of(now, location.zone)).exclude(public_id__in=draft.removed)
    closures = {*kept.values_list("on", flat=True), *(day for day, _name in draft.added)}
    return Place(location.zone, draft.mail_from, frozenset(draft.closed_weekdays), frozenset(closures))


def change_place(*, location: Location, draft: PlaceDraft, seen: str, by: User, now: datetime) -> list[Replanning]:
    """Save a location's hours and closed days, and put what changes letters on its way.

    Raises:
        PolicyChangedMeanwhile: the hours are not those the page showed. Nothing was written.

    """
    with transaction.atomic():
        policies.for_change()
        location = Location.objects.select_for_update().get(pk=location.pk)
        if seen_as(location) != seen:
            raise PolicyChangedMeanwhile
        mornings_moved = location.mail_from != draft.mail_from
        facts: dict[str, Any] = {
            "mail_from": draft.mail_from,
            "mail_until": draft.mail_until,
            "closed_weekdays": sorted(draft.closed_weekdays),
        }
        changed = sorted(name for name, value in facts.items() if getattr(location, name) != value)
        Location.objects.filter(pk=location.pk).update(**facts)
        _write_closures(location, draft, fields=changed, by=by)
        things = [ReplannedThing.FOLLOW_UPS, *([ReplannedThing.VISITS] if mornings_moved else [])]
        return [replanning.start(thing=thing, location=location, by=by, now=now) for thing in things]


def closed_like(location: Location, *, added: tuple[tuple[date, str], ...], removed: tuple[UUID, ...]) -> PlaceDraft:
    """Return a draft that keeps a location's hours and changes its closed days alone."""
    return PlaceDraft(location.mail_from, location.mail_until, tuple(location.closed_weekdays), added, removed)


def change_closures(
    *,
    location: Location,
    added: tuple[tuple[date, str], ...],
    removed: tuple[UUID, ...] = (),
    by: User,
    now: datetime,
) -> Replanning:
    """Close and open days of a location, and put what changes letters on its way. A day closed already stays so."""
    with transaction.atomic():
        policies.for_change()
        location = Location.objects.select_for_update().get(pk=location.pk)
        _write_closures(location, closed_like(location, added=added, removed=removed), fields=[], by=by)
        return replanning.start(thing=ReplannedThing.FOLLOW_UPS, location=location, by=by, now=now)


def _write_closures(location: Location, draft: PlaceDraft, *, fields: list[str], by: User) -> None:
    gone = list(location.closures.filter(public_id__in=draft.removed))
    Closure.objects.filter(pk__in=[closure.pk for closure in gone]).delete()
    added = Closure.objects.bulk_create(
        [Closure(location=location, on=day, name=name) for day, name in draft.added], ignore_conflicts=True
    )
    record(
        by=by,
        verb="location.days_changed",
        thing=location,
        detail={
            "fields": fields,
            "closed": [closure.on.isoformat() for closure in added],
            "opened": [closure.on.isoformat() for closure in gone],
        },
    )
