"""What became of a plan, step by step: what it said each time, who saved it, when and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from treatments.models.plan import Plan


class RevisionKind(models.TextChoices):
    """What made a revision."""

    STOOD = "stood", _("As it stood before")
    DRAFTED = "drafted", _("Drafted")
    CHANGED = "changed", _("Changed")
    PUT_IN_USE = "put_in_use", _("Put in use")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    STOPPED = "stopped", _("Stopped")
    COMPLETED = "completed", _("Completed")


class PlanRevision(PublicModel):
    """A plan as it was saved once: it stays as written. `contents` is its text and its sites (`treatments.revising`).

    `by` is None only for a plan older than its revisions, whose first one says how it stood.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("what"), max_length=12, choices=RevisionKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    why = models.TextField(_("why"), blank=True)
    contents = models.JSONField(_("contents"))

    class Meta:
        verbose_name = _("revision of a plan")
        verbose_name_plural = _("revisions of a plan")
        ordering = ("plan", "number")
        constraints = (
            models.UniqueConstraint(fields=["plan", "number"], name="plan_has_a_version_once"),
            models.CheckConstraint(
                condition=models.Q(kind="stood", by__isnull=True) | models.Q(~models.Q(kind="stood"), by__isnull=False),
                name="plan_revision_has_its_author",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
