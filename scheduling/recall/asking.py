"""Questions to the recall list: how many wait where, and which they are. Constant queries, whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count as CountOf
from django.db.models import F, Q

from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.closing import found_by_more_than_the_name
from patients.models import Patient
from patients.sought import sought_in
from scheduling.models import FollowUp
from scheduling.querysets import FollowUpQuerySet
from scheduling.recall.groups import GROUPS, NOW, TO_WORK, groups, keys_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list is asked for: one tab, narrowed by place, clinician, words, and the day to be back."""

    group: str = NOW
    location: UUID | None = None
    clinician: UUID | None = None
    text: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the tab is chosen."""
        return replace(self, group=NOW) != Wanted()


@dataclass(frozen=True, slots=True)
class Count:
    """One choice of a filter and how many wait behind it."""

    key: str
    name: str
    count: int


def counts(*, user: User, today: date, wanted: Wanted) -> list[Count]:
    """Return how many follow-ups each tab holds, the one with all work first. One query."""
    found: dict[str, int] = {
        row["group"]: row["n"]
        for row in _live(user, today)
        .filter(_narrowed(user, today, wanted))
        .order_by()
        .values("group")
        .annotate(n=CountOf("pk"))
    }
    each = [Count(key, "", found.get(key, 0)) for key in GROUPS]
    return [Count(NOW, "", sum(found.get(key, 0) for key in TO_WORK)), *each]


def clinicians(*, user: User, today: date, wanted: Wanted) -> list[Count]:
    """Return the clinicians of live follow-ups, with how many the tab would show of each. One query."""
    return _choices(
        user, today, replace(wanted, clinician=None), "plan__clinician__public_id", "plan__clinician__full_name"
    )


def locations(*, user: User, today: date, wanted: Wanted) -> list[Count]:
    """Return the places of live follow-ups, with how many the tab would show of each. One query."""
    return _choices(user, today, replace(wanted, location=None), "location__public_id", "location__name")


def rows(*, user: User, today: date, wanted: Wanted) -> FollowUpQuerySet:
    """Return the follow-ups of one tab: a day agreed with the patient first, then the longest overdue."""
    return (
        _whole(user, today)
        .filter(_narrowed(user, today, wanted), group__in=keys_of(wanted.group))
        .order_by(F("call_again_on").asc(nulls_last=True), "book_by_on", "id")
    )


def one(*, user: User, today: date, public_id: UUID) -> FollowUp | None:
    """Return a live follow-up as the list shows it, whichever tab it is on."""
    found: FollowUp | None = _whole(user, today).filter(public_id=public_id).first()
    return found


def overdue_count(user: User, today: date) -> int:
    """Return how many follow-ups a person has to work: the number on the rail, and of the first tab."""
    return int(_live(user, today).filter(group__in=TO_WORK).count())


def today_at(places: Sequence[Location], now: datetime) -> date:
    """Return the day it is where somebody works: at the first place in use."""
    place = next((one for one in places if one.is_active), None)
    return day_of(now, place.zone) if place else now.date()


def _live(user: User, today: date) -> FollowUpQuerySet:
    found: FollowUpQuerySet = FollowUp.objects.visible_to(user).live().annotate(group=groups(today))
    return found


def _whole(user: User, today: date) -> FollowUpQuerySet:
    return _live(user, today).select_related("patient", "location", "plan__clinician", "session")


def _narrowed(user: User, today: date, wanted: Wanted) -> Q:
    found = Q()
    if wanted.location:
        found &= Q(location__public_id=wanted.location)
    if wanted.clinician:
        found &= Q(plan__clinician__public_id=wanted.clinician)
    if wanted.text:
        country = next((place.country for place in user.open_places), "IN")
        sought = sought_in(wanted.text, today=today, country=country)
        closed = found_by_more_than_the_name(sought, user)
        shown = Patient.objects.listed_for(user).exclude(pk__in=closed).found_by(sought)
        found &= Q(patient__in=shown.order_by().values("pk"))
    if wanted.since:
        found &= Q(book_by_on__gte=wanted.since)
    if wanted.until:
        found &= Q(book_by_on__lte=wanted.until)
    return found


def _choices(user: User, today: date, wanted: Wanted, key: str, name: str) -> list[Count]:
    shown = Q(group__in=keys_of(wanted.group)) & _narrowed(user, today, wanted)
    found = _live(user, today).order_by().values(key, name).annotate(n=CountOf("pk", filter=shown)).order_by(name, key)
    return [Count(str(row[key]), row[name], row["n"]) for row in found]
