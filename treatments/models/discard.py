"""Drafts of sessions that came to nothing: what stood on them, who discarded them and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from treatments.models.plan import Plan


class DiscardedDraft(PublicModel):
    """A session that was begun and not given. The draft itself is gone; `contents` is what stood on it."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="discarded_drafts")
    session_public_id = models.UUIDField(_("the draft's own id"), unique=True)
    started_at = models.DateTimeField(_("started"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("discarded"))
    reason = models.TextField(_("reason"))
    contents = models.JSONField(_("what stood on it"))

    class Meta:
        verbose_name = _("discarded draft")
        verbose_name_plural = _("discarded drafts")
        ordering = ("-at",)
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="discard_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
