"""Where care is given: address, zone, hours, rooms and closures."""

from datetime import time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel


def is_zone(value: str) -> None:
    """Refuse what is not the name of a time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value}) from error


class LabelRegion(models.TextChoices):
    """Whose product label the rules read."""

    INDIA = "IN", _("India")
    US = "US", _("United States")
    EU = "EU", _("European Union")


class Location(PublicModel):
    """One place of the clinic."""

    name = models.CharField(_("name"), max_length=120)
    sender_name = models.CharField(
        _("name in letters"), max_length=80, help_text=_("Seen in a patient's inbox: no clinical word.")
    )
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    privacy_contact = models.CharField(
        _("contact for personal data"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Name and phone or e-mail of who answers questions and complaints; stands in the notice."),
    )
    emergency_number = models.CharField(_("emergency number"), max_length=20, default="112")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Kolkata", validators=[is_zone])
    label_region = models.CharField(
        _("label region"), max_length=2, choices=LabelRegion.choices, default=LabelRegion.INDIA
    )
    country = models.CharField(
        _("country"), max_length=2, default="IN", help_text=_("Reads phone numbers typed without +.")
    )
    holiday_state = models.CharField(
        _("state"), max_length=8, blank=True, help_text=_("Says which public holidays are offered as closed days.")
    )
    mail_from = models.TimeField(_("letters from"), default=time(9))
    mail_until = models.TimeField(_("letters until"), default=time(20))
    closed_weekdays = models.JSONField(_("closed weekdays"), default=list, help_text=_("0 is Monday, 6 is Sunday."))
    desk_overbooks = models.BooleanField(
        _("the front desk may overbook"),
        default=True,
        help_text=_("With a reason. Clinicians and managers always may; patients never."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["name"], name="location_name_once"),
            models.CheckConstraint(
                condition=models.Q(mail_from__lt=models.F("mail_until")), name="location_letters_start_before_they_end"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days and clock count here."""
        return ZoneInfo(self.time_zone)


class Room(PublicModel):
    """A room where a patient is seen."""

    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ("location", "name")
        constraints = (models.UniqueConstraint(fields=["location", "name"], name="room_name_once_a_location"),)

    def __str__(self) -> str:
        return self.name


class Closure(PublicModel):
    """A day the location is closed."""

    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="closures"
    )
    on = models.DateField(_("on"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ("on",)
        constraints = (models.UniqueConstraint(fields=["location", "on"], name="closure_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
