"""What can be booked: types of visit and the hours of who gives them."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location


class AppointmentKind(models.TextChoices):
    """What a visit is for."""

    CONSULTATION = "consultation", _("Consultation")
    INJECTION = "injection", _("Injection")
    REVIEW = "review", _("Review")
    PHONE = "phone", _("Phone call")


class AppointmentType(PublicModel):
    """A type of visit: how long it takes and what must be tidied after it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    public_name = models.CharField(
        _("name in letters"), max_length=80, help_text=_("What a letter says: no clinical word.")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=AppointmentKind.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    after_buffer_minutes = models.PositiveSmallIntegerField(_("minutes to tidy up after"), default=0)
    needs_intake = models.BooleanField(_("needs an intake"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("appointment type")
        verbose_name_plural = _("appointment types")
        ordering = ("name",)
        constraints = (models.CheckConstraint(condition=models.Q(minutes__gt=0), name="appointment_type_takes_time"),)

    def __str__(self) -> str:
        return self.name


class ProviderHours(PublicModel):
    """A clinician works at a location on a weekday from a wall-clock time until another; split days are two rows."""

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), validators=[MaxValueValidator(6)], help_text=_("0 is Monday, 6 is Sunday.")
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ("clinician", "weekday", "starts")
        constraints = (
            models.CheckConstraint(condition=models.Q(starts__lt=models.F("ends")), name="hours_start_before_they_end"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="hours_are_on_a_weekday"),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}"
