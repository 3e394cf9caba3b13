"""What a patient agreed to, in which words: rows are only ever added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.person import Language, Patient


class ConsentKind(models.TextChoices):
    """Records of consent to data use and to treatment stay apart (docs/sources.md#consent)."""

    DATA_USE = "data_use", _("Use of my data for my care")
    REMINDERS = "reminders", _("Reminders by e-mail")
    BEFORE_VISIT = "before_visit", _("Reminders before a visit")
    CHECK_INS = "check_ins", _("Questions after a visit")
    TREATMENT = "treatment", _("Treatment with botulinum toxin")
    OFF_LABEL = "off_label", _("Use outside the product's label")


class ConsentText(PublicModel):
    """The words of one consent: a new wording is a new version, and rows are only added.

    `text` is plain: paragraphs parted by an empty line, "- " before each item of a list, `{clinic}` and `{phone}` for
    the place's own.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind.choices)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version", "language"], name="consent_wording_once_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.kind} v{self.version} {self.language}"


class Consent(PublicModel):
    """A patient said yes or no to one wording at a moment; the newest row of a kind is what holds."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind.choices)
    wording = models.ForeignKey(ConsentText, verbose_name=_("wording"), on_delete=models.PROTECT, related_name="+")
    is_given = models.BooleanField(_("given"))
    about_public_id = models.UUIDField(null=True, blank=True, help_text=_("the plan, for treatment and off-label use"))
    at = models.DateTimeField(_("at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where the patient answered by link"),
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["patient", "kind", "-at"], name="consent_newest_first"),)

    def __str__(self) -> str:
        return f"{self.kind} {'yes' if self.is_given else 'no'}"
