"""Links in letters: each a capability for one purpose, hashed at rest, dying on use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models.person import Patient


class AccessLink(PublicModel):
    """One link a patient holds.

    The token in the letter is derived by HMAC from `public_id` and the secret key; only its SHA-256 is stored.
    `purpose` is a slug of the app that serves the page ("intake", "book", "manage", "preferences").
    """

    purpose = models.SlugField(_("purpose"), max_length=40)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    about_type = models.CharField(max_length=60)
    about_public_id = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=40, blank=True)
    failed_checks = models.PositiveSmallIntegerField(default=0, help_text=_("wrong dates of birth or codes typed"))
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0, help_text=_("the number of the newest code mailed"))
    waits_until = models.DateTimeField(null=True, blank=True, help_text=_("closed after too many wrong answers"))

    token: str = ""
    """What it was opened with, for the page's own addresses; a plain attribute, never stored."""

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="link_expires_after_it_was_made"
            ),
        )
        indexes = (models.Index(fields=["about_type", "about_public_id", "purpose"], name="link_by_thing"),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d}"
