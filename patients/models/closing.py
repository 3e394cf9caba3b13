"""Records that are closed to everyday work: confidential ones, and those restricted by the law; and each opening."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.ending import Ending, ended_says_by_whom
from patients.models.person import Patient


class Confidence(Ending):
    """A record is confidential from one moment to another: only the people named open it as they open others."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    because = models.CharField(_("why"), max_length=200)
    ended_because = models.CharField(_("why it was ended"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("confidential record")
        verbose_name_plural = _("confidential records")
        ordering = ("-added_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(ended_at__isnull=True), name="confidence_stands_once"
            ),
            models.CheckConstraint(condition=~models.Q(because=""), name="confidence_says_why"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_because="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_because="")),
                name="confidence_ended_says_why",
            ),
            ended_says_by_whom("confidence"),
        )

    def __str__(self) -> str:
        return self.because


class Confidant(Ending):
    """A member of staff opens a confidential record as they open others."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("who opens a confidential record")
        verbose_name_plural = _("who opens confidential records")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["patient", "person"],
                condition=models.Q(ended_at__isnull=True),
                name="confidant_stands_once",
            ),
            ended_says_by_whom("confidant"),
        )

    def __str__(self) -> str:
        return str(self.person)


class Ground(models.TextChoices):
    """Why the law has a record kept that is closed to everyday work."""

    ERASURE_ASKED = "erasure_asked", _("The patient asked for erasure; clinical records must be kept")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("The patient withdrew consent to its use; it must be kept")
    DISPUTED = "disputed", _("What it says is disputed, until that is settled")
    CLAIM = "claim", _("It is needed for a legal claim or an authority")


class Restriction(Ending):
    """A record is kept and closed to everyday work, from one moment to another, on a legal ground.

    `kept_until_on` is the day from which somebody looks whether it must still be kept: nothing happens by itself.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("legal ground"), max_length=20, choices=Ground.choices)
    because = models.CharField(_("reason"), max_length=300)
    kept_until_on = models.DateField(_("kept until"))
    ended_because = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ("-added_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(ended_at__isnull=True), name="restriction_stands_once"
            ),
            models.CheckConstraint(condition=~models.Q(because=""), name="restriction_says_why"),
            models.CheckConstraint(condition=models.Q(ground__in=Ground.values), name="restriction_ground_is_known"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_because="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_because="")),
                name="restriction_lifted_says_why",
            ),
            ended_says_by_whom("restriction"),
        )

    def __str__(self) -> str:
        return f"{self.get_ground_display()}"


class Opening(PublicModel):
    """Somebody opened a closed record with a reason: it is open to them for a while. Rows are only added."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    because = models.CharField(_("why"), max_length=200)
    at = models.DateTimeField(_("at"))
    until = models.DateTimeField(_("open until"))

    class Meta:
        verbose_name = _("opening of a closed record")
        verbose_name_plural = _("openings of closed records")
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(because=""), name="opening_says_why"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("at")), name="opening_ends_after_it_began"),
        )
        indexes = (models.Index(fields=["by", "until"], name="opening_by_whom"),)

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d}"
