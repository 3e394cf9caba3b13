"""What a patient asks us to correct in what we keep, and what was answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.person import Patient
from patients.querysets_corrections import CorrectionQuerySet


class CorrectedPart(models.TextChoices):
    """Which part of what we keep is meant."""

    NAME = "name", _("Name")
    BIRTH = "birth", _("Date of birth")
    CONTACT = "contact", _("Phone, e-mail or postal address")
    VISITS = "visits", _("Visits")
    ANSWERS = "answers", _("Answers in a form")
    RECORD = "record", _("What was written about the care")
    OTHER = "other", _("Something else")


class CorrectionRequest(PublicModel):
    """One thing a patient says is wrong, in their words, and the answer of the clinic: corrected, or why not.

    The words stand as they were sent; the record itself is changed by whoever answers, on its own page.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("what is wrong"), max_length=10, choices=CorrectedPart.choices)
    words = models.TextField(_("what it should say"))
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_accepted = models.BooleanField(_("corrected"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ("asked_at", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(words=""), name="correction_says_something"),
            models.CheckConstraint(
                condition=models.Q(
                    answered_at__isnull=True, answered_by__isnull=True, is_accepted__isnull=True, answer=""
                )
                | (
                    models.Q(answered_at__isnull=False, answered_by__isnull=False, is_accepted__isnull=False)
                    & ~models.Q(answer="")
                ),
                name="correction_is_answered_whole_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(part__in=CorrectedPart.values), name="correction_is_of_a_known_part"
            ),
        )
        indexes = (
            models.Index(fields=["patient", "-asked_at"], name="correction_by_patient"),
            models.Index(
                fields=["asked_at"], condition=models.Q(answered_at__isnull=True), name="correction_to_answer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.part} {self.asked_at:%Y-%m-%d}"
