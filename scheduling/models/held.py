"""A time kept for a while for whoever is choosing it online."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.db import TsTzRange
from clinic.lib.models import PublicModel
from clinic.locations.models import Location, Room
from patients.models import AccessLink
from scheduling.models.appointment import Appointment
from scheduling.models.supply import AppointmentType
from scheduling.querysets import HeldTimeQuerySet
from scheduling.slots import minutes_between


class HeldTime(PublicModel):
    """One time kept for one person, until they book it, let it go, or `until` has come.

    It keeps clinician and room for the *occupied* range, as a visit does, from other holds (the exclusion constraints)
    and from everybody's bookings (a trigger each way, docs/decisions/0062). The table knows no clock: a row counts
    until `ended_at` is set, and each deed that wants a time first ends the rows that ran out.
    """

    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    type = models.ForeignKey(AppointmentType, verbose_name=_("type"), on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    occupied_until = models.DateTimeField(_("occupied until"))
    held_at = models.DateTimeField(_("kept since"))
    until = models.DateTimeField(_("kept until"))
    ended_at = models.DateTimeField(_("kept no more since"), null=True, blank=True)
    link = models.ForeignKey(
        AccessLink,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("whose link chose it"),
    )
    moving = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("the visit that is to be moved here, and does not stand in its own way"),
    )  # fmt: skip

    objects = HeldTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("time kept for somebody")
        verbose_name_plural = _("times kept for somebody")
        ordering = ("starts_at", "id")
        constraints = (
            ExclusionConstraint(
                name="held_time_clinician_free",
                expressions=(
                    ("clinician", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "occupied_until"), RangeOperators.OVERLAPS),
                ),
                condition=models.Q(ended_at__isnull=True),
            ),
            ExclusionConstraint(
                name="held_time_room_free",
                expressions=(
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "occupied_until"), RangeOperators.OVERLAPS),
                ),
                condition=models.Q(ended_at__isnull=True, room__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["link"], condition=models.Q(ended_at__isnull=True), name="held_time_once_a_link"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at"), ends_at__lte=models.F("occupied_until")),
                name="held_time_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("held_at")), name="held_time_is_kept_for_a_while"
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """How long the visit would take."""
        return minutes_between(self.starts_at, self.ends_at)

    def is_kept(self, now: datetime) -> bool:
        """Say whether it is kept still: neither let go nor booked, and not run out."""
        return self.ended_at is None and self.until > now
