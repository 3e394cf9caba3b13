"""One row per deed or look that must be answerable later."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Somebody did something to a thing at a moment: written in the deed's own transaction, never changed after."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), db_default=models.functions.Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor = models.CharField(_("actor"), max_length=40, help_text=_("staff, patient link, worker or command"))
    verb = models.SlugField(_("verb"), max_length=60)
    thing_type = models.CharField(_("thing"), max_length=60)
    thing_public_id = models.UUIDField(_("thing id"), null=True)
    patient_public_id = models.UUIDField(_("patient"), null=True, db_index=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(_("detail"), default=dict, help_text=_("ids, counts and field names; no personal value"))

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = (models.Index(fields=["thing_type", "thing_public_id"], name="audit_entry_by_thing"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.thing_type}"
