"""Questions to the people table."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from clinic.staff.models import User


class PatientQuerySet(models.QuerySet[Any]):
    """Patients, asked in the clinic's words."""

    def visible_to(self, user: "User") -> "PatientQuerySet":
        """Patients of the locations where this person works."""
        return self.filter(location__in=user.locations.all())

    def living_records(self) -> "PatientQuerySet":
        """Records that stand: not merged into another."""
        return self.filter(merged_into__isnull=True)
