"""Questions to the people table."""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.query import RawQuerySet

from clinic.lib import clock
from patients import matching
from patients.sought import Sought

if TYPE_CHECKING:
    from clinic.staff.models import User


def open_to(user: "User", *, patient: str = "") -> Q:
    """Say of rows which of them are of a record that is open to this person; `patient` leads to it, `patient__`.

    Closed are the confidential record to who is not named for it, and the restricted one to everybody. Who opened it
    with a reason has it open for a while: a page asks this, so the clock is read here. A restricted one they read:
    where they are writing, it is open to nobody. What was merged into a closed record is open by that record alone.
    """
    named = apps.get_model("patients", "Confidant")._default_manager.standing().filter(person=user)  # noqa: SLF001 - Django's documented name
    opened = apps.get_model("patients", "Opening")._default_manager.filter(by=user, until__gt=clock.now())  # noqa: SLF001 - as above
    if user.is_writing:
        opened = opened.filter(patient__restricted_at__isnull=True)
    is_named = Q(**{f"{patient}pk__in": named.values("patient")})
    is_open = (
        Q(**{f"{patient}restricted_at__isnull": True}) & (Q(**{f"{patient}confidential_at__isnull": True}) | is_named)
    ) | Q(**{f"{patient}pk__in": opened.values("patient")})
    return is_open & ~Q(**{f"{patient}pk__in": matching.part_of_closed()})


class PatientQuerySet(models.QuerySet[Any]):
    """Patients, asked in the clinic's words."""

    def visible_to(self, user: "User") -> "PatientQuerySet":
        """Patients whose record this person may open: of their locations, and not closed to them."""
        return self.filter(open_to(user), location__in=user.works_at)

    def listed_for(self, user: "User") -> "PatientQuerySet":
        """Patients whom this person finds in a list, whether or not their record is open to them.

        A confidential one is booked and greeted by name; a restricted one is found by clinicians and managers only.
        """
        found = self.at_places_of(user)
        return found if user.is_clinician or user.is_manager else found.filter(restricted_at__isnull=True)

    def at_places_of(self, user: "User") -> "PatientQuerySet":
        """Patients of the locations where this person works, closed records too: to ask who may be here already."""
        return self.filter(location__in=user.works_at)

    def living_records(self) -> "PatientQuerySet":
        """Records that stand: not merged into another."""
        return self.filter(merged_into__isnull=True)

    def written_to_no_more(self) -> "PatientQuerySet":
        """Those whose address does not work, the newest first: somebody asks them for another."""
        living = self.living_records().filter(
            deceased_on__isnull=True, restricted_at__isnull=True, email_suspended_at__isnull=False
        )
        return living.order_by("-email_suspended_at", "-id")

    def found_by(self, sought: Sought) -> "PatientQuerySet":
        """Patients that a search finds, the best match first; none where nothing is sought.

        Any words of the name in any order, by their first letters, by ear or by what is inside; a phone in any
        spelling, or how it begins, or its last four digits or more; the record number; the date of birth; a whole
        e-mail address. What a record said that was merged finds the one that goes on. Each condition has an index.
        """
        condition = matching.found_by(sought)
        if not condition:
            return self.none()
        gone = self.model.objects.filter(condition, merged_into__isnull=False)
        return self.filter(condition | matching.standing_for(gone)).order_by(*matching.best_first(sought))

    def with_former(self, of: Iterable[Any]) -> "RawQuerySet[Any]":
        """Return what became a part of these records, however many merges ago; `stands_id` says of which."""
        return self.raw(matching.FORMER, [[one.pk for one in of]])

    def standing_for(self, gone: Iterable[Any]) -> dict[int, int]:
        """Return which record stands now for each of these that were merged: both by their keys."""
        return {row.gone_id: row.pk for row in self.raw(matching.STANDS_FOR, [[one.pk for one in gone]])}

    def nearly_found_by(self, sought: Sought) -> "PatientQuerySet":
        """Patients whose name is spelt nearly so in Latin letters, the nearest first: for where nobody is found."""
        nearness, condition = matching.near(sought)
        if not nearness:
            return self.none()
        nearest = reduce(add, (F(word) for word in nearness))
        found: PatientQuerySet = self.alias(**nearness).filter(condition)
        return found.order_by(nearest.desc(), "search_name", "id")
