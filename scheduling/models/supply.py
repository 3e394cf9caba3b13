"""What can be booked: types of visit, who gives them in which rooms, and when those people work."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location, Room
from scheduling.querysets import TakenBackQuerySet
from scheduling.slots import LONGEST
from scheduling.type_names import said

LONGEST_MINUTES = LONGEST // timedelta(minutes=1)


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
    is_online = models.BooleanField(_("patients may book it themselves"), default=False)
    notice_minutes = models.PositiveIntegerField(
        _("notice in minutes"), default=120, help_text=_("A patient books no later than this before it begins.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("days ahead"), default=180, help_text=_("A patient books no further ahead than this.")
    )
    change_hours = models.PositiveSmallIntegerField(
        _("hours to change it"),
        default=24,
        help_text=_("A patient moves or cancels a visit by its link until so many hours before it begins."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("appointment type")
        verbose_name_plural = _("appointment types")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="appointment_type_takes_time"),
            models.CheckConstraint(
                condition=models.Q(minutes__lte=LONGEST_MINUTES - models.F("after_buffer_minutes")),
                name="appointment_type_fits_in_a_day",
                violation_error_message=_("A visit with what is tidied up after it fits in one day: 1,440 minutes."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name_for_patients(self) -> str:
        """What patients read it called: not the desk's own name for it."""
        return said(self.public_name)


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
        indexes = (models.Index(fields=["clinician", "location", "weekday"], name="hours_by_weekday"),)

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}"


@pghistory.track()
class ProviderType(PublicModel):
    """A clinician gives a type of visit, in these rooms or, where none is named, in any of the location.

    A clinician without a row gives every type, anywhere.
    """

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    type = models.ForeignKey(AppointmentType, verbose_name=_("type"), on_delete=models.PROTECT, related_name="+")
    rooms = models.ManyToManyField(Room, verbose_name=_("rooms"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("type a clinician gives")
        verbose_name_plural = _("types clinicians give")
        ordering = ("clinician", "type")
        constraints = (models.UniqueConstraint(fields=["clinician", "type"], name="provider_type_named_once"),)

    def __str__(self) -> str:
        return str(self.public_id)


@pghistory.track()
class Absence(PublicModel):
    """A clinician is away: whole days, or a stretch of the clock on each of them; at one location or everywhere.

    Days and clock are those of the location asked about. What was taken back stays, with the instant it was.
    """

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(
        Location, verbose_name=_("location"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until and with"))
    starts = models.TimeField(_("from the time"), null=True, blank=True)
    ends = models.TimeField(_("until the time"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = TakenBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("first_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")), name="absence_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True)
                | models.Q(starts__isnull=False, ends__isnull=False, starts__lt=models.F("ends")),
                name="absence_is_whole_days_or_a_stretch",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="absence_has_a_reason"),
        )
        indexes = (models.Index(fields=["clinician", "last_on"], name="absence_of_clinician"),)

    def __str__(self) -> str:
        return f"{self.first_on} {self.last_on}"


@pghistory.track()
class ExtraHours(PublicModel):
    """A clinician works at a location on a day outside the weekly hours: an extra clinic. A closed day stays closed."""

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("on"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = TakenBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra hours")
        verbose_name_plural = _("extra hours")
        ordering = ("on", "starts")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts__lt=models.F("ends")), name="extra_hours_start_before_they_end"
            ),
        )
        indexes = (models.Index(fields=["location", "on"], name="extra_hours_by_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.starts:%H:%M}"
