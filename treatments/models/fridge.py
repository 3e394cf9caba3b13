"""What the fridge's thermometer showed, which lots were then kept too warm or too cold, and what was made of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from treatments.models.stock import Lot

COLDEST_C, WARMEST_C = -90, 60
"""What a thermometer of a fridge or freezer can show; beyond it a sign or a point was lost in typing."""


class FridgeReading(PublicModel):
    """One look at the thermometer: lowest and highest since the last reset, and now. A correction is a new reading."""

    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("read at"))
    min_c = models.DecimalField(_("lowest, °C"), max_digits=4, decimal_places=1)
    max_c = models.DecimalField(_("highest, °C"), max_digits=4, decimal_places=1)
    now_c = models.DecimalField(_("now, °C"), max_digits=4, decimal_places=1)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("fridge reading")
        verbose_name_plural = _("fridge readings")
        ordering = ("read_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(min_c__lte=models.F("now_c"), now_c__lte=models.F("max_c")),
                name="fridge_now_is_between_lowest_and_highest",
            ),
            models.CheckConstraint(
                condition=models.Q(min_c__gte=COLDEST_C, max_c__lte=WARMEST_C), name="fridge_reading_is_a_temperature"
            ),
            models.CheckConstraint(
                condition=models.Q(read_at__lte=models.F("written_at")), name="fridge_reading_is_not_of_the_future"
            ),
        )
        indexes = (models.Index(fields=["location", "-read_at"], name="fridge_reading_by_location"),)

    def __str__(self) -> str:
        return f"{self.read_at:%Y-%m-%d %H:%M}"


class Excursion(PublicModel):
    """A lot that was in the fridge when a reading left what its label allows; found when the reading was written."""

    reading = models.ForeignKey(FridgeReading, on_delete=models.PROTECT, related_name="excursions")
    lot = models.ForeignKey(Lot, verbose_name=_("lot"), on_delete=models.PROTECT, related_name="excursions")

    class Meta:
        verbose_name = _("excursion")
        verbose_name_plural = _("excursions")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["reading", "lot"], name="excursion_once_a_reading_and_lot"),)

    def __str__(self) -> str:
        return f"{self.lot_id} {self.reading_id}"


class ExcursionAnswer(PublicModel):
    """What a person decided about an excursion of a lot: it counts, or it does not, and why."""

    excursion = models.OneToOneField(Excursion, on_delete=models.PROTECT, related_name="answer")
    is_affected = models.BooleanField(_("the lot was affected"))
    note = models.CharField(_("note"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer to an excursion")
        verbose_name_plural = _("answers to excursions")
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~models.Q(note=""), name="excursion_answer_has_a_note"),)

    def __str__(self) -> str:
        return str(self.is_affected)
