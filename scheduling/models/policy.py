"""When letters about a follow-up and about a visit go, as the clinic set it; and how far a change has got."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from scheduling.models.supply import AppointmentType

FIRST_DAY, LAST_DAY = -90, 180
"""A step lies so many days around the day to be back."""
CALL_WITHIN = 90
REMINDERS_AT_MOST, DAYS_BEFORE_AT_MOST = 4, 30


class Changed(PublicModel):
    """Settings that say who changed them last; `version` is what a page saw, so that two managers see each other."""

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("changed by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


@pghistory.track()
class FollowUpPolicy(Changed):
    """The letters of follow-ups of one condition, or (without a condition) of all that have no policy of their own.

    Where there is no row at all, the catalogue and `scheduling.timing` say what holds. One not in use is kept: its
    condition follows the policy of all again.
    """

    condition_key = models.CharField(_("condition"), max_length=80, blank=True)
    call_after_days = models.PositiveSmallIntegerField(
        _("days until a person calls"), validators=[MaxValueValidator(CALL_WITHIN)]
    )
    is_in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("follow-up policy")
        verbose_name_plural = _("follow-up policies")
        ordering = ("condition_key",)
        constraints = (
            models.UniqueConstraint(fields=["condition_key"], name="follow_up_policy_once_a_condition"),
            models.CheckConstraint(
                condition=models.Q(call_after_days__lte=CALL_WITHIN), name="follow_up_policy_calls_within_ninety_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(condition_key="") | models.Q(is_in_use=True),
                name="follow_up_policy_of_all_stays_in_use",
            ),
        )

    def __str__(self) -> str:
        return self.condition_key or "all"


class StepState(models.TextChoices):
    """Whether a step sends its letter. One removed leaves the page and keeps its number."""

    ON = "on", _("On")
    OFF = "off", _("Off")
    REMOVED = "removed", _("Removed")


@pghistory.track()
class FollowUpStep(PublicModel):
    """One letter of a policy, so many days from the day to be back.

    `number` is what the letter is known by in the outbox: it stays when the days change, and is never given again, so
    that no change of policy sends a letter twice.
    """

    policy = models.ForeignKey(FollowUpPolicy, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(_("number"))
    days = models.SmallIntegerField(_("days"), validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)])
    state = models.CharField(_("state"), max_length=8, choices=StepState.choices, default=StepState.ON)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("days", "number")
        constraints = (
            models.UniqueConstraint(fields=["policy", "number"], name="follow_up_step_number_once_a_policy"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="follow_up_step_is_numbered_from_one"),
            models.CheckConstraint(
                condition=models.Q(days__range=(FIRST_DAY, LAST_DAY)), name="follow_up_step_is_near_the_day_to_be_back"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=StepState.values), name="follow_up_step_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.days:+d})"


@pghistory.track()
class VisitPolicy(Changed):
    """The letters around visits of one type: reminders, the nudge for an intake, aftercare, check-ins."""

    appointment_type = models.OneToOneField(AppointmentType, on_delete=models.PROTECT, related_name="+")
    reminder_days_before = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders, days before"), default=list, blank=True
    )
    nudge_days_before = models.PositiveSmallIntegerField(_("nudge for the intake, days before"), null=True, blank=True)
    sends_aftercare = models.BooleanField(_("aftercare letter"))
    asks_check_ins = models.BooleanField(_("check-ins"))

    class Meta:
        verbose_name = _("visit policy")
        verbose_name_plural = _("visit policies")
        ordering = ("appointment_type",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reminder_days_before__len__lte=REMINDERS_AT_MOST),
                name="visit_policy_reminds_four_times_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(reminder_days_before__contained_by=list(range(1, DAYS_BEFORE_AT_MOST + 1))),
                name="visit_policy_reminds_one_to_thirty_days_before",
            ),
            models.CheckConstraint(
                condition=models.Q(nudge_days_before__isnull=True)
                | models.Q(nudge_days_before__range=(1, DAYS_BEFORE_AT_MOST)),
                name="visit_policy_nudges_one_to_thirty_days_before",
            ),
        )

    def __str__(self) -> str:
        return str(self.appointment_type)


class ReplannedThing(models.TextChoices):
    """What is planned anew after a change."""

    FOLLOW_UPS = "follow_ups", _("Follow-ups")
    VISITS = "visits", _("Visits")


class Replanning(PublicModel):
    """A change of policy on its way through the rows it concerns: those up to `after_pk` are planned anew already.

    Its scope is a condition ("" where none is named: those without a policy of their own), a location or a type of
    visit. One batch and the step of the mark are one transaction, so it may stop and go on anywhere.
    """

    thing = models.CharField(_("what"), max_length=12, choices=ReplannedThing.choices)
    condition_key = models.CharField(_("condition"), max_length=80, blank=True)
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    appointment_type = models.ForeignKey(
        AppointmentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("changed"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    after_pk = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(_("to plan anew"))
    done = models.PositiveIntegerField(_("planned anew"), default=0)
    moved = models.PositiveIntegerField(_("letters moved"), default=0)
    taken_back = models.PositiveIntegerField(_("letters taken back"), default=0)
    owed = models.PositiveIntegerField(_("letters owed anew"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("change on its way")
        verbose_name_plural = _("changes on their way")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(thing__in=ReplannedThing.values), name="replanning_thing_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(thing="visits", condition_key="") | models.Q(thing="follow_ups"),
                name="replanning_of_visits_names_no_condition",
            ),
        )
        indexes = (models.Index(fields=["id"], condition=models.Q(finished_at__isnull=True), name="replanning_to_do"),)

    def __str__(self) -> str:
        return f"{self.thing} {self.done}/{self.total}"
