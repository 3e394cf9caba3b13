"""Questions to the record, in the clinic's words."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from clinic.staff.models import User


class CatalogueQuerySet(models.QuerySet[Any]):
    """Versions of catalogue entries."""

    def current(self) -> "CatalogueQuerySet":
        """Return the version in force of each entry."""
        return self.filter(superseded_at__isnull=True)


class RecordQuerySet(models.QuerySet[Any]):
    """Consultations, plans and sessions: clinical, so for clinicians (and, to read, managers) of the location."""

    def visible_to(self, user: "User") -> "RecordQuerySet":
        """Return what this person may open: for the front desk nothing, for others their locations."""
        if not (user.is_clinician or user.is_manager):
            return self.none()
        return self.filter(patient__location__in=user.locations.all())


class LotQuerySet(models.QuerySet[Any]):
    """Lots of the fridge."""

    def visible_to(self, user: "User") -> "LotQuerySet":
        """Lots at the locations where this person works."""
        return self.filter(location__in=user.locations.all())

    def numbered(self, typed: str) -> "LotQuerySet":
        """Lots whose printed number holds this, in capitals or not; the number is text, so 0012 is not 12."""
        return self.filter(number__icontains=typed.strip())


class VialQuerySet(models.QuerySet[Any]):
    """Bottles."""

    def visible_to(self, user: "User") -> "VialQuerySet":
        """Bottles at the locations where this person works."""
        return self.filter(lot__location__in=user.locations.all())

    def not_closed(self) -> "VialQuerySet":
        """Bottles with something to account for: sealed ones and open ones."""
        return self.filter(closed_at__isnull=True)

    def sealed(self) -> "VialQuerySet":
        """Bottles nobody opened."""
        return self.filter(opened_at__isnull=True, closed_at__isnull=True)

    def usable_on(self, day: date) -> "VialQuerySet":
        """Return bottles whose lot may be used on a day, the first to expire first."""
        return self.filter(lot__state="in_use", lot__expires_on__gte=day, closed_at__isnull=True).order_by(
            "lot__expires_on", "id"
        )
