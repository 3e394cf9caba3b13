"""A clinician runs late today: what the desk was told, so that the board says when each visit will really begin."""

from typing import Final

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from scheduling.querysets import TakenBackQuerySet

MOST_MINUTES: Final = 240
"""Later than this is no running late: visits are moved."""


@pghistory.track()
class RunningLate(PublicModel):
    """Somebody said by how many minutes a clinician runs late on a day at a location; nought is on time again.

    The newest that was not taken back holds. What was said before it stays, so that taking one back is exact.
    """

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("on"), help_text=_("the location's day"))
    minutes = models.PositiveSmallIntegerField(_("minutes late"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(_("said"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = TakenBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("running late")
        verbose_name_plural = _("running late")
        ordering = ("-said_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(minutes__lte=MOST_MINUTES), name="running_late_is_by_four_hours_at_most"
            ),
        )
        indexes = (models.Index(fields=["location", "on"], name="running_late_by_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.minutes}"
