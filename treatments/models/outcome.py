"""What worked: scores, and the marks on them that keep a flare out of the estimate. Rows are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from treatments.models.catalogue import InstrumentVersion
from treatments.models.consultation import Consultation
from treatments.models.plan import Plan
from treatments.querysets import ScoreQuerySet


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
    weekly_count = models.PositiveSmallIntegerField(
        _("days in the week"),
        null=True,
        blank=True,
        help_text=_("the days of the week that ended on the score's day, of which the value was made"),
    )
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ("taken_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["corrects"], name="score_is_corrected_once"),
            models.CheckConstraint(
                condition=models.Q(weekly_count__isnull=True) | models.Q(weekly_count__lte=7),
                name="score_week_has_seven_days",
            ),
        )
        indexes = (models.Index(fields=["patient", "instrument", "taken_on"], name="score_by_patient"),)

    def __str__(self) -> str:
        return f"{self.instrument.key} {self.value}"

    @property
    def is_by_patient(self) -> bool:
        """Whether the patient gave it by link."""
        return self.by_id is None


class MarkKind(models.TextChoices):
    """What made a score tell of something else than the toxin."""

    FLARE = "flare", _("Flare of pain")
    NEW_MEDICINE = "new_medicine", _("New medicine")
    OTHER = "other", _("Something else")


class ScoreMark(PublicModel):
    """A score is confounded: it stays in the table and on the plot, and finds no end of the effect."""

    score = models.ForeignKey(Score, verbose_name=_("score"), on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(_("why"), max_length=16, choices=MarkKind.choices)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("mark on a score")
        verbose_name_plural = _("marks on scores")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(reason=""), name="score_mark_has_a_reason"),
            models.CheckConstraint(condition=models.Q(kind__in=MarkKind.values), name="score_mark_has_a_known_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
