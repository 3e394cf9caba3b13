"""The consultation: what was found, decided and agreed before a plan."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.models import Intake, Patient
from treatments.models.catalogue import ConditionVersion, ScreeningVersion
from treatments.querysets import RecordQuerySet


class Decision(models.TextChoices):
    """Suitability, as the clinician judges it."""

    TREAT = "treat", _("Suitable: treat")
    NOT_SUITABLE = "not_suitable", _("Not suitable")
    MORE_INFORMATION = "more_information", _("More information needed")


@pghistory.track()
class Consultation(PublicModel):
    """One consultation of one patient with one clinician; frozen once signed."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    intake = models.ForeignKey(Intake, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(ScreeningVersion, on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(
        ConditionVersion,
        verbose_name=_("condition considered"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("decides which scores and which conditional questions stand on the page"),
    )
    held_on = models.DateField(_("on"))
    history = models.TextField(_("history"), blank=True)
    examination = models.TextField(_("examination"), blank=True)
    decision = models.CharField(_("decision"), max_length=20, choices=Decision.choices, blank=True)
    decision_reason = models.TextField(_("reasons"), blank=True)
    answer_to_patient = models.TextField(_("answer to the patient's question"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-held_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True, signed_by__isnull=True)
                | (models.Q(signed_at__isnull=False, signed_by__isnull=False) & ~models.Q(decision="")),
                name="consultation_signed_has_signer_and_decision",
            ),
        )
        indexes = (models.Index(fields=["patient", "-held_on"], name="consultation_by_patient"),)

    def __str__(self) -> str:
        return f"{self.held_on}"

    @property
    def is_signed(self) -> bool:
        """Whether it is frozen."""
        return self.signed_at is not None


@pghistory.track()
class ScreeningAssessment(PublicModel):
    """What the clinician makes of one screening question: the answer stays, the assessment stands beside it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="assessments")
    question_id = models.CharField(_("question"), max_length=80)
    answer = models.CharField(_("patient's answer"), max_length=400, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), null=True)
    note = models.TextField(_("note"), blank=True)
    numbers = models.JSONField(
        _("counts"),
        default=dict,
        blank=True,
        help_text=_("days a month, by name, as the clinician counts them; as text"),
    )

    class Meta:
        verbose_name = _("screening assessment")
        constraints = (
            models.UniqueConstraint(fields=["consultation", "question_id"], name="assessment_once_a_question"),
        )

    def __str__(self) -> str:
        return self.question_id


@pghistory.track()
class Goal(PublicModel):
    """What the patient wants to reach, with a target."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="goals")
    text = models.CharField(_("goal"), max_length=300)
    target = models.CharField(_("target"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("goal")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class Strategy(PublicModel):
    """What the toxin is combined with: physiotherapy, medicines, habits."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="strategies")
    what = models.CharField(_("what"), max_length=300)
    since = models.CharField(_("since"), max_length=100, blank=True)
    is_kept_up = models.BooleanField(_("kept up"), null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("strategy")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.what


class ConsultationAddendum(PublicModel):
    """A correction or remark after the signature: a row of its own, never an edit."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("addendum to a consultation")
        verbose_name_plural = _("addenda to consultations")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(text=""), name="consultation_addendum_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
