"""What the rules said at a gate, and the clinician's reason where one was needed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from treatments.models.plan import Plan
from treatments.models.session import InjectionSession
from treatments.places import href_of


class Gate(models.TextChoices):
    """Where a rule spoke."""

    PLAN = "plan", _("Plan")
    DAY_OF = "day_of", _("Day-of check")
    PREPARING = "preparing", _("Preparation")
    SIGNING = "signing", _("Signature")


class Finding(PublicModel):
    """One finding as kept: which rule and version, what it said, who overrode it and why; one rule at a time."""

    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    session = models.ForeignKey(
        InjectionSession, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    gate = models.CharField(_("gate"), max_length=10, choices=Gate.choices)
    rule = models.CharField(_("rule"), max_length=8)
    subject = models.CharField(
        _("about"),
        max_length=120,
        blank=True,
        help_text=_("muscle, question or vial, where a rule speaks several times"),
    )
    code = models.CharField(
        _("wording"),
        max_length=60,
        blank=True,
        help_text=_("which sentence of the rule: with the subject, what a reason answers"),
    )
    level = models.CharField(_("level"), max_length=14)
    text = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=400, blank=True)
    source_place = models.CharField(_("place of the source"), max_length=200, blank=True)
    rules_version = models.PositiveIntegerField(_("rules version"))
    reason = models.TextField(_("reason"), blank=True)
    reason_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(_("found"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(plan__isnull=False, session__isnull=True)
                | models.Q(plan__isnull=True, session__isnull=False),
                name="finding_is_about_a_plan_or_a_session",
            ),
            models.CheckConstraint(
                condition=models.Q(reason="", reason_by__isnull=True)
                | (~models.Q(reason="") & models.Q(reason_by__isnull=False, reason_at__isnull=False)),
                name="finding_reason_has_its_author",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.level}"

    @property
    def place(self) -> str:
        """Where its number stood in the catalogue."""
        return self.source_place

    @property
    def href(self) -> str:
        """The address of that place on the catalogue's pages."""
        return href_of(self.source_place)

    @property
    def key(self) -> str:
        """What a reason answers, as the pure finding names it."""
        return f"{self.code}@{self.subject}" if self.subject else self.code
