"""What is known of a person's health beside the care given here: allergies, problems and medicines."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.importing import Import
from patients.models.intake import DetailDecision
from patients.models.person import Patient
from patients.querysets_intake import HistoryQuerySet


class HistoryKind(models.TextChoices):
    """What a line of the history is about."""

    ALLERGY = "allergy", _("Allergy")
    PROBLEM = "problem", _("Problem")
    MEDICINE = "medicine", _("Medicine")


@pghistory.track()
class HistoryItem(PublicModel):
    """One allergy, problem or medicine: kept as it came from another system, or as the patient told it in an intake.

    What came from a system has the code of its own list. What was told stands while the decision that took it over does
    (`taken_from`). `reactions` is a list of {"code", "description", "severity"}, each a text that may be empty.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=HistoryKind.choices)
    code_system = models.CharField(_("code system"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=60, blank=True)
    description = models.CharField(_("description"), max_length=300)
    category = models.CharField(_("category"), max_length=60, blank=True)
    reason = models.CharField(_("because of"), max_length=300, blank=True)
    reactions = models.JSONField(_("reactions"), default=list)
    started_on = models.DateField(_("since"), null=True, blank=True)
    stopped_on = models.DateField(_("until"), null=True, blank=True)
    source_key = models.CharField(_("line in the system it came from"), max_length=64, unique=True)
    brought_by = models.ForeignKey(
        Import, verbose_name=_("import"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_from = models.OneToOneField(
        DetailDecision,
        verbose_name=_("decision that took it over"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="line",
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the history")
        verbose_name_plural = _("lines of the history")
        ordering = ("kind", "stopped_on", "-started_on", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=HistoryKind.values), name="history_kind_is_known"),
            models.CheckConstraint(condition=~models.Q(description=""), name="history_says_what"),
            models.CheckConstraint(
                condition=models.Q(brought_by__isnull=False, taken_from__isnull=True)
                | models.Q(brought_by__isnull=True, taken_from__isnull=False),
                name="history_came_in_one_way",
            ),
        )
        indexes = (models.Index(fields=["brought_by"], name="history_by_import"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.started_on or ''}".strip()
