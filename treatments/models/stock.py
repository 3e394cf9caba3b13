"""Lots, vials, what was made up from them, and a ledger of every unit taken."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from treatments.models.catalogue import ProductVersion
from treatments.querysets import LotQuerySet, VialQuerySet


class LotState(models.TextChoices):
    """Whether a lot may be used."""

    IN_USE = "in_use", _("In use")
    QUARANTINED = "quarantined", _("Quarantined")
    RECALLED = "recalled", _("Recalled")


@pghistory.track()
class Lot(PublicModel):
    """One manufactured batch as received."""

    product_key = models.CharField(_("product"), max_length=80)
    product = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("lot"), max_length=60)
    expires_on = models.DateField(_("expires"), help_text=_("the last day it may be used"))
    expiry_is_month_only = models.BooleanField(_("the pack prints month and year only"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=LotState.choices, default=LotState.IN_USE)
    state_reason = models.CharField(_("why it may not be used"), max_length=300, blank=True)
    had_excursion = models.BooleanField(_("storage excursion"), default=False)
    excursion_low_c = models.DecimalField(
        _("lowest in an excursion, °C"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    excursion_high_c = models.DecimalField(
        _("highest in an excursion, °C"), max_digits=4, decimal_places=1, null=True, blank=True
    )

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ("expires_on", "number")
        constraints = (
            models.UniqueConstraint("location", "product_key", Upper("number"), name="lot_number_once_a_product"),
            models.CheckConstraint(
                condition=models.Q(state="in_use") | ~models.Q(state_reason=""), name="lot_out_of_use_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(had_excursion=True, excursion_low_c__isnull=True, excursion_high_c__isnull=True)
                | models.Q(
                    had_excursion=True,
                    excursion_low_c__isnull=False,
                    excursion_high_c__isnull=False,
                    excursion_low_c__lte=models.F("excursion_high_c"),
                )
                | models.Q(had_excursion=False, excursion_low_c__isnull=True, excursion_high_c__isnull=True),
                name="lot_excursion_has_both_temperatures_or_none",
            ),
        )

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class Vial(PublicModel):
    """One bottle."""

    lot = models.ForeignKey(Lot, verbose_name=_("lot"), on_delete=models.PROTECT, related_name="vials")
    label = models.CharField(_("label"), max_length=40, help_text=_("as written on the bottle, A, B, C"))
    units = models.DecimalField(_("units"), max_digits=8, decimal_places=2)
    drawn_units = models.DecimalField(
        _("drawn"), max_digits=8, decimal_places=2, default=0, help_text=_("kept by trigger from the ledger")
    )
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    received_on = models.DateField(_("received"))

    objects = VialQuerySet.as_manager()

    class Meta:
        verbose_name = _("vial")
        verbose_name_plural = _("vials")
        ordering = ("lot__expires_on", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(units__gt=0), name="vial_units_are_positive"),
            models.CheckConstraint(
                condition=models.Q(drawn_units__gte=0, drawn_units__lte=models.F("units")), name="vial_is_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(drawn_units=models.F("units")),
                name="vial_closed_is_accounted_for",
            ),
            models.UniqueConstraint(fields=["lot", "label"], name="vial_label_once_a_lot"),
        )

    def __str__(self) -> str:
        return self.label


class Diluent(models.TextChoices):
    """What the powder was made up with."""

    SALINE = "saline", _("0.9% saline, preservative-free")
    SALINE_PRESERVED = "saline_preserved", _("0.9% saline with preservative")
    LIDOCAINE = "local_anaesthetic", _("local anaesthetic mix")
    OTHER = "other", _("other")
    NONE = "none", _("none: ready to use")


@pghistory.track()
class Preparation(PublicModel):
    """One or more vials of a product made up with diluent at a time: so many units per mL."""

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(ProductVersion, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    vials = models.ManyToManyField(Vial, through="PreparationVial", related_name="preparations")
    diluent = models.CharField(_("diluent"), max_length=20, choices=Diluent.choices)
    diluent_ml = models.DecimalField(_("mL"), max_digits=6, decimal_places=3)
    total_units = models.DecimalField(_("units"), max_digits=8, decimal_places=2)
    reconstituted_at = models.DateTimeField(_("made up"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("preparation")
        verbose_name_plural = _("preparations")
        ordering = ("-reconstituted_at",)
        constraints = (
            models.CheckConstraint(condition=models.Q(diluent_ml__gt=0), name="preparation_volume_is_positive"),
            models.CheckConstraint(condition=models.Q(total_units__gt=0), name="preparation_units_are_positive"),
        )

    def __str__(self) -> str:
        return f"{self.reconstituted_at:%Y-%m-%d %H:%M}"


class PreparationVial(models.Model):
    """A vial went into a preparation."""

    id = models.BigAutoField(primary_key=True)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="uses")
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["vial"], name="vial_is_made_up_once"),)

    def __str__(self) -> str:
        return str(self.vial_id)


class DrawKind(models.TextChoices):
    """Why units left a vial."""

    GIVEN = "given", _("Given")
    WASTED = "wasted", _("Wasted")
    ADJUSTED = "adjusted", _("Adjusted")


class Draw(PublicModel):
    """One line of a vial's ledger: units taken, by whom, why. Rows are only added; a correction is a line."""

    vial = models.ForeignKey(Vial, verbose_name=_("vial"), on_delete=models.PROTECT, related_name="draws")
    session = models.ForeignKey(
        "treatments.InjectionSession", null=True, blank=True, on_delete=models.PROTECT, related_name="draws"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DrawKind.choices)
    units = models.DecimalField(_("units"), max_digits=8, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="adjusted") | models.Q(units__gt=0), name="draw_units_are_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="given") | models.Q(session__isnull=False), name="draw_given_has_a_session"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="given") | ~models.Q(reason=""), name="draw_not_given_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(witness__isnull=True) | ~models.Q(witness=models.F("by")),
                name="draw_is_not_witnessed_by_its_writer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.units}"
