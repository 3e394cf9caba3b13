"""The clinic's catalogue, in versions: a plan and a session point at the row they used, which never changes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from treatments.querysets import CatalogueQuerySet


class CatalogueVersion(PublicModel):
    """One version of one entry of the clinical catalogue.

    `facts` is the entry as in treatments/catalogue/*.json: every value with source, confidence and checked.
    An edit adds a version; the newest is the one without `superseded_at`.
    """

    key = models.CharField(_("key"), max_length=80)
    number = models.PositiveIntegerField(_("version"))
    facts = models.JSONField(_("facts"))
    loaded_at = models.DateTimeField(_("since"))
    superseded_at = models.DateTimeField(_("until"), null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("key", "-number")
        constraints = (
            models.UniqueConstraint(fields=["key", "number"], name="%(class)s_number_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(superseded_at__isnull=True), name="%(class)s_one_current"
            ),
            models.CheckConstraint(
                condition=models.Q(edited_by__isnull=True, reason="")
                | (models.Q(edited_by__isnull=False) & ~models.Q(reason="")),
                name="%(class)s_edit_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def name(self) -> str:
        """The entry's name as the field says it."""
        return str(self.facts.get("name") or self.facts.get("nonproprietary_name") or self.key)


class ProductVersion(CatalogueVersion):
    """A toxin product: its units are its own."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("product")

    @property
    def name(self) -> str:
        """The brand in use, then the substance; a brand's own key ("indian_bonta_stunnox") is no substance's name."""
        brands = self.facts.get("brands") or []
        if not brands:
            return self.key
        substance = f"botulinum toxin {self.facts.get('serotype', '')}".strip() if "_" in self.key else self.key
        return f"{brands[0]} ({substance})"


class ConditionVersion(CatalogueVersion):
    """A condition treated."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("condition")


class ProtocolVersion(CatalogueVersion):
    """A named template of sites and doses."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("protocol")


class MuscleVersion(CatalogueVersion):
    """A muscle or site group with its chart points (those of chart_points.json in `facts["chart_points"]`)."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("muscle")


class InstrumentVersion(CatalogueVersion):
    """An outcome score: range, direction, smallest change that matters."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("instrument")


class ScreeningVersion(CatalogueVersion):
    """The screening questions as one document (key "screening")."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("screening")


class RulesVersion(CatalogueVersion):
    """The rules' parameters as one document (key "rules")."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("rules")


class AdverseEventsVersion(CatalogueVersion):
    """Adverse events, their rates and the red flags as one document (key "adverse_events")."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("adverse events")


class HouseVersion(CatalogueVersion):
    """The clinic's own figures as one document (key "house"): what is listed, never what may be injected."""

    class Meta(CatalogueVersion.Meta):
        verbose_name = _("the clinic's own figures")


class Confirmation(PublicModel):
    """A clinician's word that one value of one version is right: rows are only added.

    `value` is the value with its source as it was confirmed; another value at this path needs a word of its own.
    """

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=80)
    number = models.PositiveIntegerField(_("version"))
    path = models.CharField(_("path"), max_length=200, blank=True)
    value = models.JSONField(_("value"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("confirmation")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["kind", "key", "number", "path"], name="confirmation_of_a_value_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} v{self.number} {self.path}"


class SessionLimit(PublicModel):
    """A session limit a clinician set for a product whose catalogue has none (R31): rows are only added."""

    product_key = models.CharField(_("product"), max_length=80)
    max_units = models.DecimalField(_("units a session"), max_digits=9, decimal_places=2)
    reason = models.TextField(_("reason"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set"))

    class Meta:
        verbose_name = _("session limit")
        ordering = ("-set_at",)
        constraints = (
            models.CheckConstraint(condition=models.Q(max_units__gt=0), name="session_limit_is_positive"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="session_limit_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.product_key} {self.max_units}"
