"""The intention: condition, product, sites, doses and the interval as it was said."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.models import Patient
from treatments.models.catalogue import ConditionVersion, MuscleVersion, ProductVersion, ProtocolVersion
from treatments.models.consultation import Consultation
from treatments.querysets import RecordQuerySet


class PlanState(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")
    COMPLETED = "completed", _("Completed")


class IntervalUnit(models.TextChoices):
    """The unit an interval was said in: never converted."""

    DAYS = "days", _("days")
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")


class Side(models.TextChoices):
    """The patient's own side, never the viewer's."""

    LEFT = "left", _("Left")
    RIGHT = "right", _("Right")
    MIDLINE = "midline", _("Midline")


@pghistory.track()
class Plan(PublicModel):
    """One treatment plan of one patient for one condition; a patient may have several."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    consultation = models.ForeignKey(Consultation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(
        ConditionVersion, verbose_name=_("condition"), on_delete=models.PROTECT, related_name="+"
    )
    product = models.ForeignKey(ProductVersion, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    protocol = models.ForeignKey(
        ProtocolVersion, verbose_name=_("protocol"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    interval_value = models.PositiveSmallIntegerField(_("interval"))
    interval_unit = models.CharField(_("unit"), max_length=6, choices=IntervalUnit.choices)
    primary_instrument = models.CharField(_("primary score"), max_length=80, blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    state_reason = models.TextField(_("reason"), blank=True)
    started_on = models.DateField(_("since"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment plan")
        verbose_name_plural = _("treatment plans")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(interval_value__gt=0), name="plan_interval_is_positive"),
            models.CheckConstraint(
                condition=models.Q(interval_unit__in=IntervalUnit.values), name="plan_interval_has_a_unit"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("paused", "stopped")) | ~models.Q(state_reason=""),
                name="plan_paused_or_stopped_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(started_on__isnull=False), name="plan_in_use_has_its_start"
            ),
        )
        indexes = (models.Index(fields=["patient", "state"], name="plan_by_patient"),)

    def __str__(self) -> str:
        return self.condition.name


class Site(PublicModel):
    """One needle entry: muscle, the patient's own side, a point on a figure, units."""

    muscle = models.ForeignKey(MuscleVersion, verbose_name=_("muscle"), on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    figure = models.CharField(_("figure"), max_length=20)
    x = models.DecimalField(max_digits=6, decimal_places=5, help_text=_("fraction of the figure's width"))
    y = models.DecimalField(max_digits=6, decimal_places=5, help_text=_("fraction of the figure's height"))
    units = models.DecimalField(_("units"), max_digits=8, decimal_places=2)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(units__gt=0), name="%(class)s_units_are_positive"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="%(class)s_side_is_the_patients"),
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="%(class)s_point_is_on_its_figure"
            ),
        )

    def __str__(self) -> str:
        return f"{self.muscle.key} {self.side} {self.units}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PlanSite(Site):
    """A site as planned."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sites")

    class Meta(Site.Meta):
        verbose_name = _("planned site")
