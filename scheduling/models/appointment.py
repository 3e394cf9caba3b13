"""A booked visit: no slot is sold twice, and the table itself sees to it."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from clinic.lib.db import TsTzRange
from clinic.lib.models import PublicModel
from clinic.locations.models import Location, Room
from patients.models import Patient
from scheduling.models.supply import AppointmentType
from scheduling.querysets import AppointmentQuerySet
from scheduling.slots import LONGEST, minutes_between
from scheduling.status import HOLDING_THEIR_TIME
from treatments.models import Consultation, InjectionSession


class AppointmentState(models.TextChoices):
    """Where a visit stands."""

    BOOKED = "booked", _("Booked")
    CONFIRMED = "confirmed", _("Confirmed")
    ARRIVED = "arrived", _("Arrived")
    IN_ROOM = "in_room", _("In room")
    COMPLETED = "completed", _("Completed")
    LEFT = "left", _("Left without being seen")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED = "cancelled", _("Cancelled")


HOLDS_ITS_TIME = models.Q(state__in=HOLDING_THEIR_TIME)


@pghistory.track()
class Appointment(PublicModel):
    """One visit of one patient with one clinician in one room.

    The clinician and the room are taken for the *occupied* range (the visit plus the type's after-buffer), the patient
    for the visit itself. An overbooked row, which needs a reason, leaves the clinician's constraint only.
    `idempotency_key` is the press of a button that booked it, `pressed_for` the digest of what that press asked for.
    `sequence` counts what a letter must repeat: it rises when time, clinician or place change.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
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
    state = models.CharField(
        _("state"), max_length=10, choices=AppointmentState.choices, default=AppointmentState.BOOKED
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)
    is_overbooked = models.BooleanField(_("overbooked"), default=False)
    overbook_reason = models.CharField(_("reason for overbooking"), max_length=300, blank=True)
    early_reason = models.CharField(
        _("reason for coming early"),
        max_length=300,
        blank=True,
        help_text=_("A clinician's, for an injection before the earliest permitted date."),
    )
    reason = models.CharField(_("reason for the visit"), max_length=300, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("booked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where the patient booked by link"),
    )
    booked_at = models.DateTimeField(_("booked"))
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 - unique when present
    pressed_for = models.CharField(max_length=64, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    in_room_at = models.DateTimeField(_("in room"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("cancelled, left or missed"), null=True, blank=True)
    ended_reason = models.CharField(_("reason"), max_length=300, blank=True)
    session = models.ForeignKey(InjectionSession, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    follow_up = models.ForeignKey(
        "scheduling.FollowUp", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ("starts_at", "id")
        constraints = (
            ExclusionConstraint(
                name="appointment_clinician_free",
                expressions=(
                    ("clinician", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "occupied_until"), RangeOperators.OVERLAPS),
                ),
                condition=HOLDS_ITS_TIME & models.Q(is_overbooked=False),
            ),
            ExclusionConstraint(
                name="appointment_room_free",
                expressions=(
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "occupied_until"), RangeOperators.OVERLAPS),
                ),
                condition=HOLDS_ITS_TIME & models.Q(room__isnull=False),
            ),
            ExclusionConstraint(
                name="appointment_patient_free",
                expressions=(
                    ("patient", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ),
                condition=HOLDS_ITS_TIME,
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="appointment_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("occupied_until")),
                name="appointment_is_occupied_at_least_for_the_visit",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(models.F("occupied_until") - models.F("starts_at"), models.Value(LONGEST)),
                name="appointment_is_over_within_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(is_overbooked=False) | ~models.Q(overbook_reason=""),
                name="appointment_overbooked_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("cancelled", "left", "no_show")) | models.Q(ended_at__isnull=False),
                name="appointment_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled") | ~models.Q(ended_reason=""),
                name="appointment_cancelled_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AppointmentState.values), name="appointment_state_is_known"
            ),
            models.UniqueConstraint(fields=["idempotency_key"], name="appointment_pressed_once"),
        )
        indexes = (
            models.Index(fields=["location", "starts_at"], name="appointment_by_day"),
            models.Index(fields=["clinician", "starts_at"], name="appointment_by_clinician"),
            models.Index(fields=["patient", "-starts_at"], name="appointment_by_patient"),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """How long it takes: its type's minutes, unless it was made longer or shorter by hand."""
        return minutes_between(self.starts_at, self.ends_at)
