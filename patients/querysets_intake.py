"""Questions to the intakes."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from patients.querysets import open_to

if TYPE_CHECKING:
    from clinic.staff.models import User


class IntakeQuerySet(models.QuerySet[Any]):
    """Intakes, asked in the clinic's words."""

    def visible_to(self, user: "User") -> Self:
        """Intakes of patients of the locations where this person works."""
        return self.filter(open_to(user, patient="patient__"), patient__location__in=user.works_at)

    def open(self) -> Self:
        """Not yet sent: a patient has at most one."""
        return self.filter(state__in=("invited", "started"))

    def to_review(self) -> Self:
        """Sent and read by nobody yet: what is grave first, then the longest waiting."""
        return self.filter(state="submitted").order_by("-is_grave", "submitted_at", "id")

    def to_read_first(self) -> Self:
        """Sent with an answer that stops a treatment until a clinician has looked, and read by nobody yet."""
        return self.filter(state="submitted", is_grave=True).order_by("submitted_at", "id")

    def to_compare(self) -> Self:
        """Sent, and what it says of the person differs from the record without anybody's decision."""
        return self.filter(details_open=True, submitted_at__isnull=False).order_by("submitted_at", "id")

    def answered(self) -> Self:
        """Sent, read or not: the answers stand."""
        return self.filter(submitted_at__isnull=False)


class DecisionQuerySet(models.QuerySet[Any]):
    """Decisions on what an intake tells, asked in the clinic's words."""

    def standing(self) -> Self:
        """Taken back by nobody."""
        return self.filter(taken_back_at__isnull=True)


class HistoryQuerySet(models.QuerySet[Any]):
    """Lines of the history, asked in the clinic's words."""

    def standing(self) -> Self:
        """Brought by another system, or taken over from an intake by somebody who did not take that back."""
        return self.filter(taken_from__taken_back_at__isnull=True)
