"""Rows that hold until somebody ends them: who added and who ended them, and when; never changed, never gone."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel


class EndingQuerySet(models.QuerySet[Any]):
    """Rows that hold, and rows that held."""

    def standing(self) -> Self:
        """Return what holds now."""
        return self.filter(ended_at__isnull=True)


class Ending(PublicModel):
    """Something written down of a person that holds until it is ended. To correct it is to end it and add another."""

    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[EndingQuerySet] = EndingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True


def ended_says_by_whom(row: str) -> models.CheckConstraint:
    """A row that is ended says when and by whom; one that holds says neither."""
    return models.CheckConstraint(
        condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
        | models.Q(ended_at__isnull=False, ended_by__isnull=False),
        name=f"{row}_ended_says_by_whom",
    )
