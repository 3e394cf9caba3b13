"""A visit that stands, though it lies where none could be booked any more."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from scheduling.models.appointment import Appointment
from scheduling.querysets import TakenBackQuerySet


@pghistory.track()
class KeptVisit(PublicModel):
    """Somebody said that a visit stands as it is, and why, though leave, a closed day or other hours speak against it.

    It counts for the visit as it was then (`sequence`): a visit moved since is looked at anew.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="kept")
    sequence = models.PositiveIntegerField()
    reason = models.CharField(_("reason"), max_length=200)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(_("kept"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = TakenBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit that stands")
        verbose_name_plural = _("visits that stand")
        constraints = (
            models.UniqueConstraint(
                fields=["appointment", "sequence"],
                condition=models.Q(taken_back_at__isnull=True),
                name="visit_is_kept_once",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="visit_is_kept_for_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.kept_at:%Y-%m-%d}"
