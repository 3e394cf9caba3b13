"""An address at which a calendar program reads when a clinician is busy."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from scheduling.querysets import CalendarFeedQuerySet


class FeedEnd(models.TextChoices):
    """Why an address stopped."""

    REPLACED = "replaced", _("a new one was made")
    STOPPED = "stopped", _("stopped")


class CalendarFeed(PublicModel):
    """One private address of one clinician. Whoever holds it reads busy times and nothing else, until it is stopped.

    Only the SHA-256 of its token is stored: the address is shown once, when it is made. `made_under` is a mark of the
    password at that time: a new password ends the address as it ends sessions.
    """

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_under = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made"))
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True, help_text=_("To the hour."))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stopped_because = models.CharField(_("why"), max_length=10, choices=FeedEnd.choices, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["clinician"], condition=models.Q(stopped_at__isnull=True), name="calendar_feed_one_a_clinician"
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True, stopped_because="")
                | models.Q(stopped_at__isnull=False, stopped_because__in=FeedEnd.values),
                name="calendar_feed_stopped_has_its_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
