"""Questions to the people table."""

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F

from patients import matching
from patients.sought import Sought

if TYPE_CHECKING:
    from clinic.staff.models import User


class PatientQuerySet(models.QuerySet[Any]):
    """Patients, asked in the clinic's words."""

    def visible_to(self, user: "User") -> "PatientQuerySet":
        """Patients of the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def living_records(self) -> "PatientQuerySet":
        """Records that stand: not merged into another."""
        return self.filter(merged_into__isnull=True)

    def written_to_no_more(self) -> "PatientQuerySet":
        """Those whose address does not work, the newest first: somebody asks them for another."""
        living = self.living_records().filter(deceased_on__isnull=True, email_suspended_at__isnull=False)
        return living.order_by("-email_suspended_at", "-id")

    def found_by(self, sought: Sought) -> "PatientQuerySet":
        """Patients that a search finds, the best match first; none where nothing is sought.

        Any words of the name in any order, by their first letters, by ear or by what is inside; a phone in any
        spelling, or how it begins, or its last four digits or more; the record number, also of a record that was merged
        into another; the date of birth; a whole e-mail address. Each condition has an index.
        """
        condition = matching.found_by(sought)
        return self.filter(condition).order_by(*matching.best_first(sought)) if condition else self.none()

    def nearly_found_by(self, sought: Sought) -> "PatientQuerySet":
        """Patients whose name is spelt nearly so in Latin letters, the nearest first: for where nobody is found."""
        nearness, condition = matching.near(sought)
        if not nearness:
            return self.none()
        nearest = reduce(add, (F(word) for word in nearness))
        found: PatientQuerySet = self.alias(**nearness).filter(condition)
        return found.order_by(nearest.desc(), "search_name", "id")
