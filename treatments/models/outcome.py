"""What worked: scores."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from treatments.models.catalogue import InstrumentVersion
from treatments.models.consultation import Consultation
from treatments.models.plan import Plan


class Score(PublicModel):
    """One value on one instrument at one day: rows are only added; a correction is a later row with `corrects`."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(
        Consultation, null=True, blank=True, on_delete=models.PROTECT, related_name="scores"
    )
    instrument = models.ForeignKey(
        InstrumentVersion, verbose_name=_("instrument"), on_delete=models.PROTECT, related_name="+"
    )
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=2)
    taken_on = models.DateField(_("on"))
    is_baseline = models.BooleanField(_("baseline"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where the patient gave it by link"),
    )
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ("taken_on", "id")
        indexes = (models.Index(fields=["patient", "instrument", "taken_on"], name="score_by_patient"),)

    def __str__(self) -> str:
        return f"{self.instrument.key} {self.value}"
