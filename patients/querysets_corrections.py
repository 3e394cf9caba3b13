"""Questions to the requests for correction."""

from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models

from patients.querysets import open_to

if TYPE_CHECKING:
    from clinic.staff.models import User

NOT_CLINICAL: Final = ("name", "birth", "contact", "visits")
"""What the front desk may read and answer; the rest may say what somebody is treated for."""


class CorrectionQuerySet(models.QuerySet[Any]):
    """What patients ask us to correct."""

    def visible_to(self, user: "User") -> Self:
        """Of records that are open to this person, where they work; the desk reads what is not clinical."""
        here = self.filter(open_to(user, patient="patient__"), patient__location__in=user.works_at)
        return here.filter(part__in=NOT_CLINICAL) if user.is_front_desk else here

    def to_answer(self) -> Self:
        """Answered by nobody yet, the longest waiting first."""
        return self.filter(answered_at__isnull=True).order_by("asked_at", "id")

    def answered(self) -> Self:
        """Answered, the newest first."""
        return self.filter(answered_at__isnull=False).order_by("-answered_at", "-id")
