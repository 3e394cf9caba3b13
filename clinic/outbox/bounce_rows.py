"""The rows of letters that came back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.outbox import returned
from clinic.outbox.querysets import BounceQuerySet


class Bounce(PublicModel):
    """One mail that said a letter of ours did not arrive, is late, or was unwanted. Its own words are not kept."""

    class Kind(models.TextChoices):
        """How final it is."""

        HARD = returned.Kind.HARD, _("no such mailbox")
        SOFT = returned.Kind.SOFT, _("did not get through")
        DELAYED = returned.Kind.DELAYED, _("is late")
        COMPLAINT = returned.Kind.COMPLAINT, _("marked as unwanted")

    letter = models.ForeignKey(
        "outbox.Letter", verbose_name=_("letter"), on_delete=models.PROTECT, related_name="bounces"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    status = models.CharField(_("status code"), max_length=11, blank=True)
    is_proven = models.BooleanField(_("names the address the letter went to"))
    sent_to = models.CharField(_("mark of the address"), max_length=64, blank=True)
    fingerprint = models.CharField(_("which mail it was"), max_length=64)
    read_at = models.DateTimeField(_("read"))

    objects = BounceQuerySet.as_manager()

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        constraints = (
            models.UniqueConstraint(fields=["letter", "fingerprint"], name="bounce_is_read_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in returned.Kind]), name="bounce_kind_is_known"
            ),
        )
        indexes = (
            models.Index(fields=["-read_at"], name="bounce_newest_first"),
            models.Index(fields=["sent_to", "-read_at"], condition=Q(is_proven=True), name="bounce_by_address"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.status} {self.read_at:%Y-%m-%d}"
