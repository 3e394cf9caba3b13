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
    PHOTOGRAPHY = "photography", _("Photographs for my record")


class SignedHow(models.TextChoices):
    """How an answer was signed; empty where somebody said it, pressed it, or it is older than signatures here."""

    TYPED = "typed", _("name typed")
    DRAWN = "drawn", _("signed by hand")
    WITNESSED = "witnessed", _("read aloud, before a witness")


class SignerIs(models.TextChoices):
    """Who signed."""

    PATIENT = "patient", _("the patient")
    GUARDIAN = "guardian", _("a parent or guardian")


class ConsentText(PublicModel):
    """The words of one consent: a new wording is a new version, and rows are only added.

    `text` is plain: paragraphs parted by an empty line, "- " before each item of a list, `{clinic}`, `{phone}` and
    `{contact}` (who answers for personal data) for the place's own. `written_by` is empty for words that were shipped.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind.choices)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    text = models.TextField(_("text"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    written_at = models.DateTimeField(_("written"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version", "language"], name="consent_wording_once_a_version"),
            models.CheckConstraint(
                condition=(
                    models.Q(written_by__isnull=True, written_at__isnull=True)
                    | models.Q(written_by__isnull=False, written_at__isnull=False)
                ),
                name="consent_wording_says_who_wrote_it_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} v{self.version} {self.language}"


class Consent(PublicModel):
    """A patient said yes or no to one wording at a moment; the newest row of a kind is what holds.

    `text` are the words as they were read, the place's own filled in; the database holds `text_sha256` to it. A row
    without `signed_how` was said to somebody here, pressed on a page, or is older than signatures. `strokes` is a
    signature by hand: lines of points [x, y], as `patients.signatures` reads them.
    """

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
    text = models.TextField(_("words as read"), blank=True, default="", db_default="")
    text_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    signed_how = models.CharField(
        _("signed"), max_length=10, choices=SignedHow.choices, blank=True, default="", db_default=""
    )
    signer_is = models.CharField(
        _("who signed"), max_length=10, choices=SignerIs.choices, blank=True, default="", db_default=""
    )
    signer_name = models.CharField(_("name signed"), max_length=200, blank=True, default="", db_default="")
    signer_relation = models.CharField(_("is to the patient"), max_length=60, blank=True, default="", db_default="")
    witness_name = models.CharField(_("witness"), max_length=200, blank=True, default="", db_default="")
    strokes = models.JSONField(_("signature by hand"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["patient", "kind", "-at"], name="consent_newest_first"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(signed_how="", signer_is="", signer_name="", witness_name="", strokes__isnull=True)
                | (models.Q(signed_how__in=SignedHow.values, signer_is__in=SignerIs.values)
                    & ~models.Q(signer_name="") & ~models.Q(text="")),
                name="consent_signature_is_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_how="drawn", strokes__isnull=False)
                | (~models.Q(signed_how="drawn") & models.Q(strokes__isnull=True)),
                name="consent_signature_by_hand_has_its_lines",
            ),
            models.CheckConstraint(
                condition=~models.Q(signed_how="witnessed") | ~models.Q(witness_name=""),
                name="consent_read_aloud_names_its_witness",
            ),
            models.CheckConstraint(
                condition=models.Q(signer_is="guardian") & ~models.Q(signer_relation="")
                | ~models.Q(signer_is="guardian") & models.Q(signer_relation=""),
                name="consent_guardian_says_what_they_are_to_the_patient",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {'yes' if self.is_given else 'no'}"
