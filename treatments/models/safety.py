"""What patients told of symptoms after a treatment, whom the clinic called to it, and who answered. Rows only added."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from treatments.models.session import InjectionSession
from treatments.querysets import ReportQuerySet


class ToldHow(models.TextChoices):
    """How a report reached the clinic."""

    LINK = "link", _("By the link of a letter")
    PHONE = "phone", _("By phone or at the desk")


class Urgency(models.TextChoices):
    """How soon a clinician must look: what the catalogue says of the gravest symptom."""

    NONE = "", _("Nothing that hurries")
    SAME_DAY = "same_day", _("The same day")
    URGENT = "urgent", _("At once")


class SymptomReport(PublicModel):
    """What one patient told at one moment: symptoms by the catalogue's ids, and their own words."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        InjectionSession,
        verbose_name=_("after"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    how = models.CharField(_("how"), max_length=8, choices=ToldHow.choices)
    symptoms = models.JSONField(_("symptoms"), default=list, help_text=_("ids of the catalogue"))
    words = models.TextField(_("in the patient's words"), blank=True)
    level = models.CharField(_("looked at"), max_length=10, choices=Urgency.choices, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken down by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where the patient gave it by link"),
    )
    press = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, help_text=_("the page it was sent from: sent twice, kept once")
    )
    told_at = models.DateTimeField(_("told"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of symptoms")
        verbose_name_plural = _("reports of symptoms")
        ordering = ("-told_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(how=ToldHow.LINK, by__isnull=True) | models.Q(how=ToldHow.PHONE, by__isnull=False),
                name="symptom_report_says_who_took_it_down",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=Urgency.values), name="symptom_report_has_a_known_urgency"
            ),
            models.CheckConstraint(
                condition=models.Q(level="") | ~models.Q(symptoms=[]), name="symptom_report_hurries_for_a_symptom"
            ),
        )
        indexes = (models.Index(fields=["patient", "-told_at"], name="symptom_report_by_patient"),)

    def __str__(self) -> str:
        return f"{self.told_at:%Y-%m-%d %H:%M}"

    @property
    def asks_for_an_answer(self) -> bool:
        """Whether somebody must look at it: a symptom was ticked, or something was written."""
        return bool(self.level or self.words)


class ReportCall(PublicModel):
    """One person was called to a report: who, at which step, when."""

    report = models.ForeignKey(SymptomReport, on_delete=models.PROTECT, related_name="calls")
    step = models.PositiveSmallIntegerField(_("step"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("call to a report")
        verbose_name_plural = _("calls to a report")
        ordering = ("step",)
        constraints = (
            models.UniqueConstraint(fields=["report", "step"], name="report_call_once_a_step"),
            models.UniqueConstraint(fields=["report", "person"], name="report_call_once_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d %H:%M}"


class ReportAnswer(PublicModel):
    """A clinician, or the manager who was called, has seen to a report: what was done."""

    report = models.OneToOneField(SymptomReport, on_delete=models.PROTECT, related_name="answer")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    done = models.TextField(_("what was done"))

    class Meta:
        verbose_name = _("answer to a report")
        verbose_name_plural = _("answers to reports")
        constraints = (models.CheckConstraint(condition=~models.Q(done=""), name="report_answer_says_what_was_done"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
