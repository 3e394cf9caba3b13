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
    sent_to = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text=_("the address it was made for, hashed")
    )
    failed_checks = models.PositiveSmallIntegerField(default=0, help_text=_("wrong dates of birth typed"))
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


class LinkCode(models.Model):
    """One code of six digits that somebody asked for by a link, and how often a wrong one was typed for it.

    The code is derived from the link's `public_id`, the number and the secret key; only a keyed hash is stored. Where
    nothing could be mailed `code_hash` and `sent_to` are empty, and no code is the right one.
    """

    id = models.BigAutoField(primary_key=True)
    link = models.ForeignKey(AccessLink, on_delete=models.PROTECT, related_name="codes")
    number = models.PositiveSmallIntegerField()
    code_hash = models.CharField(max_length=64, blank=True)
    sent_to = models.CharField(max_length=64, blank=True, help_text=_("the address, hashed"))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mailed code")
        verbose_name_plural = _("mailed codes")
        constraints = (
            models.UniqueConstraint(fields=["link", "number"], name="link_code_has_its_own_number"),
            models.CheckConstraint(
                condition=models.Q(wrong_tries__lte=5), name="link_code_is_tried_five_times_at_most"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | ~models.Q(code_hash=""), name="link_code_used_was_mailed"
            ),
        )
        indexes = (models.Index(fields=["sent_to", "made_at"], name="link_code_by_mailbox"),)

    def __str__(self) -> str:
        return f"{self.number} {self.made_at:%Y-%m-%d}"
