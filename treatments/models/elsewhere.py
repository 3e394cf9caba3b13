"""Toxin given outside this clinic, as far as it is known."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from treatments.models.catalogue import ProductVersion
from treatments.querysets import ElsewhereQuerySet


class DatePrecision(models.TextChoices):
    """How much of the date is known."""

    DAY = "day", _("The day")
    MONTH = "month", _("The month")
    YEAR = "year", _("The year")


class SaidBy(models.TextChoices):
    """Who said that toxin was given elsewhere."""

    PATIENT = "patient", _("The patient")
    RELATIVE = "relative", _("A relative")
    OTHER_CLINIC = "other_clinic", _("The other clinic")
    PAPER = "paper", _("A letter or card that was seen")


class ToxinElsewhere(PublicModel):
    """One treatment with toxin in another clinic. Rows are only added: a correction replaces an earlier row.

    `given_on` is the day, or the first day of the month or year that is known. Product and units may be unknown. A row
    that withdraws another repeats it, so that what was withdrawn is read in one place.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(_("given on"))
    precision = models.CharField(_("what is known of the date"), max_length=5, choices=DatePrecision.choices)
    product = models.ForeignKey(
        ProductVersion, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    units = models.DecimalField(_("units"), max_digits=7, decimal_places=2, null=True, blank=True)
    clinic = models.CharField(_("where"), max_length=200, blank=True)
    region = models.CharField(_("region treated"), max_length=200, blank=True)
    said_by = models.CharField(_("who said so"), max_length=12, choices=SaidBy.choices)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("replaces")
    )
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = ElsewhereQuerySet.as_manager()

    class Meta:
        verbose_name = _("toxin given elsewhere")
        verbose_name_plural = _("toxin given elsewhere")
        ordering = ("-given_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(precision="day")
                | models.Q(precision="month", given_on__day=1)
                | models.Q(precision="year", given_on__day=1, given_on__month=1),
                name="toxin_elsewhere_begins_what_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(units__isnull=True) | models.Q(units__gt=0), name="toxin_elsewhere_units_above_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True, is_withdrawn=False)
                | (models.Q(replaces__isnull=False) & ~models.Q(reason="")),
                name="toxin_elsewhere_change_has_a_reason",
            ),
        )
        indexes = (models.Index(fields=["patient", "-given_on"], name="toxin_elsewhere_by_patient"),)

    def __str__(self) -> str:
        return f"{self.given_on}"
