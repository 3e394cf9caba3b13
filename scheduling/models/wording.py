"""What the clinic has read and confirmed of the words it sends."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel


class WordingReview(PublicModel):
    """One letter's wording in one language, confirmed by a person. Rows are only added.

    `wording_hash` says which words: others make another hash, and the letter counts as not reviewed again.
    """

    letter = models.SlugField(_("letter"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    wording_hash = models.CharField(max_length=64)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("confirmed wording")
        verbose_name_plural = _("confirmed wordings")
        ordering = ("letter", "language", "-confirmed_at")
        constraints = (
            models.UniqueConstraint(fields=["letter", "language", "wording_hash"], name="wording_confirmed_once"),
        )

    def __str__(self) -> str:
        return f"{self.letter} {self.language}"
