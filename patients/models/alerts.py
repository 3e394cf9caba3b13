"""What must be seen before anything else about a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.ending import Ending, ended_says_by_whom
from patients.models.person import Patient


class AlertLevel(models.TextChoices):
    """How loud it is."""

    STOP = "stop", _("Danger")
    DUE = "due", _("Mind")
    INFO = "info", _("To know")


class Alert(Ending):
    """A few words at the head of a chart until somebody ends them, and says why.

    `is_for_desk`: the desk's card of a caller shows it too, so nothing clinical is in it.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="alerts")
    level = models.CharField(_("how important"), max_length=4, choices=AlertLevel.choices)
    text = models.CharField(_("words"), max_length=160)
    is_for_desk = models.BooleanField(_("the desk reads it too"))
    ended_because = models.CharField(_("why it was ended"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~models.Q(text=""), name="alert_says_something"),
            models.CheckConstraint(condition=models.Q(level__in=AlertLevel.values), name="alert_level_is_known"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_because="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_because="")),
                name="alert_ended_says_why",
            ),
            ended_says_by_whom("alert"),
        )
        indexes = (
            models.Index(fields=["patient"], condition=models.Q(ended_at__isnull=True), name="alert_that_stands"),
        )

    def __str__(self) -> str:
        return self.text
