"""Questions to the documents of patients."""

from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models
from django.db.models import Q

from patients.querysets import open_to

if TYPE_CHECKING:
    from clinic.staff.models import User
    from patients.models import Patient

SAYS_NOTHING_CLINICAL: Final = ("consent", "office")
"""Kinds that the front desk reads as well."""


class DocumentQuerySet(models.QuerySet[Any]):
    """Documents, asked in the clinic's words. None of these verbs reads a byte of a file."""

    def visible_to(self, user: "User") -> Self:
        """Documents of patients of the locations where this person works: that they exist, not what they say."""
        return self.filter(open_to(user, patient="patient__"), patient__location__in=user.works_at)

    def readable_by(self, user: "User") -> Self:
        """Documents that this person may open: clinical ones are not the desk's, withdrawn ones the manager's."""
        found = self.visible_to(user)
        if not user.is_manager:
            found = found.standing()
        return found.filter(kind__in=SAYS_NOTHING_CLINICAL) if user.is_front_desk else found

    def standing(self) -> Self:
        """Documents that are part of the record."""
        return self.filter(withdrawn_at__isnull=True)

    def withdrawn(self) -> Self:
        """Documents that were taken out of it."""
        return self.filter(withdrawn_at__isnull=False)

    def of(self, patient: "Patient") -> Self:
        """One patient's, the newest first."""
        return self.filter(patient=patient).order_by("-added_at", "-id")

    def for_patient(self) -> Self:
        """What a patient sees of them on a page of their own: consents on paper, and what they sent themselves."""
        return self.standing().filter(Q(kind="consent") | Q(added_by__isnull=True))
