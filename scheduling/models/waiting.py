"""The waiting list: who would come sooner, which times came free, and whom each was offered to."""

from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.models import Patient
from scheduling.models.appointment import Appointment
from scheduling.models.supply import AppointmentType
from scheduling.querysets import FreedTimeQuerySet, SlotOfferQuerySet, WaitingEntryQuerySet
from scheduling.wishes import Wish

DAYS_OF_WEEK = 7


class EntryState(models.TextChoices):
    """Where somebody on the list stands."""

    WAITING = "waiting", _("Waiting")
    BOOKED = "booked", _("Booked")
    TAKEN_OFF = "taken_off", _("Taken off")
    OVER = "over", _("Last day gone by")


@pghistory.track()
class WaitingEntry(PublicModel):
    """A patient would come for a type of visit when a time comes free that suits: with somebody, or with anyone.

    Ended by a visit of that type no later than its last day, by a person, or by the day after its last.
    """

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(AppointmentType, verbose_name=_("type"), on_delete=models.PROTECT, related_name="+")
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("clinician"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where anyone will do"),
    )
    first_on = models.DateField(_("from"))
    until_on = models.DateField(_("until and with"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True)
    opens = models.TimeField(_("not before"), null=True, blank=True)
    closes = models.TimeField(_("over by"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EntryState.choices, default=EntryState.WAITING)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    visit = models.ForeignKey(
        Appointment, verbose_name=_("visit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("entries of the waiting list")
        ordering = ("entered_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["patient", "type"], condition=Q(state="waiting"), name="waiting_once_for_a_type"
            ),
            models.CheckConstraint(condition=Q(first_on__lte=F("until_on")), name="waiting_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True) | Q(closes__isnull=True) | Q(opens__lt=F("closes")),
                name="waiting_hours_start_before_they_end",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(DAYS_OF_WEEK))), name="waiting_days_are_weekdays"
            ),
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="waiting_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="waiting_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="booked", visit__isnull=False) | (~Q(state="booked") & Q(visit__isnull=True)),
                name="waiting_booked_names_its_visit",
            ),
        )
        indexes = (
            models.Index(fields=["location", "entered_at"], condition=Q(state="waiting"), name="waiting_by_location"),
            models.Index(fields=["visit"], condition=Q(visit__isnull=False), name="waiting_by_visit"),
        )

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def wish(self) -> Wish:
        """When the patient could come."""
        return Wish(self.first_on, self.until_on, tuple(self.weekdays), self.opens, self.closes)


class FreedTime(PublicModel):
    """A time of a clinician that a visit held and gave up: cancelled, or moved away. It knows no patient.

    `closed_at` is set once somebody has it again, or it has begun.
    """

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    freed_at = models.DateTimeField(_("came free"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = FreedTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("freed time")
        verbose_name_plural = _("freed times")
        ordering = ("starts_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="freed_time_starts_before_it_ends"),
        )
        indexes = (
            models.Index(fields=["starts_at"], condition=Q(closed_at__isnull=True), name="freed_time_still_free"),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class OfferState(models.TextChoices):
    """What became of an offer."""

    OPEN = "open", _("Offered")
    TAKEN = "taken", _("Taken")
    DECLINED = "declined", _("Declined")
    GONE = "gone", _("Somebody else was quicker")
    LAPSED = "lapsed", _("Not answered in time")


@pghistory.track()
class SlotOffer(PublicModel):
    """A freed time offered to somebody on the list. It keeps nothing: who presses first has it, desks included."""

    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="offers")
    freed = models.ForeignKey(FreedTime, on_delete=models.PROTECT, related_name="offers")
    starts_at = models.DateTimeField(_("starts"))
    state = models.CharField(_("state"), max_length=8, choices=OfferState.choices, default=OfferState.OPEN)
    made_at = models.DateTimeField(_("offered"))
    expires_at = models.DateTimeField(_("answer by"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SlotOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a freed time")
        verbose_name_plural = _("offers of freed times")
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["freed", "entry"], name="offer_once_to_each"),
            models.UniqueConstraint(fields=["entry"], condition=Q(state="open"), name="offer_one_open_an_entry"),
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_is_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="offer_leaves_time_to_answer"),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("starts_at")), name="offer_is_answered_before_the_visit"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="offer_ended_has_its_time",
            ),
        )
        indexes = (
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="offer_open_by_expiry"),
            models.Index(fields=["entry", "-made_at"], name="offer_by_entry"),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def patient(self) -> Patient:
        """Whom it is made to."""
        return self.entry.patient

    @property
    def ends_at(self) -> datetime:
        """When the visit would end."""
        return self.starts_at + timedelta(minutes=self.entry.type.minutes)
