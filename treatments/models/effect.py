"""When relief ends: estimates as computed, what the patient said, what a clinician set. Rows are only added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from treatments.models.catalogue import RulesVersion
from treatments.models.outcome import Score, ScoreMark
from treatments.models.plan import IntervalUnit, Plan
from treatments.models.session import InjectionSession
from treatments.querysets import EstimateQuerySet


class WearOffReport(PublicModel):
    """The patient said that the effect of this session is wearing off; it outranks what the scores say."""

    session = models.ForeignKey(
        InjectionSession, verbose_name=_("session"), on_delete=models.PROTECT, related_name="wear_off_reports"
    )
    told_on = models.DateField(_("told on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken down by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("empty where the patient said it by link"),
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("report of wearing off")
        verbose_name_plural = _("reports of wearing off")
        ordering = ("told_on", "id")

    def __str__(self) -> str:
        return f"{self.told_on}"


class WindowByHand(PublicModel):
    """A clinician set by hand when this session's effect ends: as a day after it, or as an interval."""

    session = models.ForeignKey(
        InjectionSession, verbose_name=_("session"), on_delete=models.PROTECT, related_name="windows_by_hand"
    )
    end_day = models.PositiveSmallIntegerField(_("day after the session"), null=True, blank=True)
    interval_value = models.PositiveSmallIntegerField(_("interval"), null=True, blank=True)
    interval_unit = models.CharField(_("unit"), max_length=6, choices=IntervalUnit.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("window set by hand")
        verbose_name_plural = _("windows set by hand")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(reason=""), name="window_by_hand_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(end_day__gt=0, interval_value__isnull=True, interval_unit="")
                | models.Q(end_day__isnull=True, interval_value__gt=0, interval_unit__in=IntervalUnit.values),
                name="window_by_hand_is_a_day_or_an_interval",
            ),
        )

    def __str__(self) -> str:
        return f"{self.end_day or self.interval_value} {self.interval_unit}".strip()


class OutcomeWithdrawal(PublicModel):
    """A clinician took one of these back, with the reason: it stays readable and counts no more."""

    score = models.OneToOneField(Score, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawal")
    mark = models.OneToOneField(ScoreMark, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawal")
    report = models.OneToOneField(
        WearOffReport, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawal"
    )
    window = models.OneToOneField(
        WindowByHand, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(reason=""), name="outcome_withdrawal_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=False, mark__isnull=True, report__isnull=True, window__isnull=True)
                | models.Q(score__isnull=True, mark__isnull=False, report__isnull=True, window__isnull=True)
                | models.Q(score__isnull=True, mark__isnull=True, report__isnull=False, window__isnull=True)
                | models.Q(score__isnull=True, mark__isnull=True, report__isnull=True, window__isnull=False),
                name="outcome_withdrawal_is_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class EstimateCause(models.TextChoices):
    """What made the estimate be computed anew."""

    SIGNED = "signed", _("a session was signed")
    VOIDED = "voided", _("a session was voided")
    SCORED = "scored", _("a score was recorded")
    REPORTED = "reported", _("the patient said it is wearing off")
    MARKED = "marked", _("a score or report was marked or withdrawn")
    BY_HAND = "by_hand", _("set by hand")
    REVISED = "revised", _("the plan was revised")


class EffectEstimate(PublicModel):
    """One estimate as it was computed: the plan's newest session, what went in, what came out, by which rules.

    `end_day` is empty where the latest cycle had no effect. `by_hand` is the clinician's day that stands instead of the
    computed one, which is kept all the same. `inputs` holds the cycles with the ids and values of what was read.
    """

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        InjectionSession, verbose_name=_("session"), on_delete=models.PROTECT, related_name="estimates"
    )
    why = models.CharField(_("why"), max_length=10, choices=EstimateCause.choices)
    weeks = models.DecimalField(_("weeks"), max_digits=5, decimal_places=2)
    end_day = models.PositiveSmallIntegerField(_("day it ends"), null=True, blank=True)
    low_weeks = models.DecimalField(_("lowest, weeks"), max_digits=5, decimal_places=2)
    high_weeks = models.DecimalField(_("highest, weeks"), max_digits=5, decimal_places=2)
    n = models.PositiveSmallIntegerField(_("cycles"))
    statuses = models.JSONField(_("how the cycles ended"), default=list)
    is_non_responder = models.BooleanField(_("no response in two cycles"), default=False)
    is_shortening = models.BooleanField(_("wears off early, twice"), default=False)
    by_hand = models.ForeignKey(WindowByHand, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    inputs = models.JSONField(_("what went in"), default=dict)
    rules = models.ForeignKey(RulesVersion, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(_("computed"))

    objects = EstimateQuerySet.as_manager()

    class Meta:
        verbose_name = _("estimate of the effect")
        verbose_name_plural = _("estimates of the effect")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(low_weeks__lte=models.F("weeks"), high_weeks__gte=models.F("weeks")),
                name="effect_estimate_lies_in_its_range",
            ),
            models.CheckConstraint(condition=models.Q(why__in=EstimateCause.values), name="effect_estimate_says_why"),
        )
        indexes = (models.Index(fields=["plan", "-id"], name="effect_estimate_by_plan"),)

    def __str__(self) -> str:
        return f"{self.weeks} ({self.low_weeks}-{self.high_weeks})"

    @property
    def flags(self) -> tuple["Flag", ...]:
        """What a clinician should look at; two cycles without response say more than one."""
        has_failed = self.end_day is None and self.by_hand_id is None
        found = {
            Flag.NON_RESPONSE: self.is_non_responder,
            Flag.NO_EFFECT: has_failed and not self.is_non_responder,
            Flag.SHORTENING: self.is_shortening,
        }
        return tuple(flag for flag, stands in found.items() if stands)


class Flag(models.TextChoices):
    """What a clinician should look at in a plan's course."""

    NO_EFFECT = "no_effect", _("No effect in the latest cycle")
    NON_RESPONSE = "non_response", _("No response in two cycles in a row")
    SHORTENING = "shortening", _("Wears off early, twice in a row")


class FlagSeen(PublicModel):
    """A clinician looked at a flag of this session's cycle and says what follows: it leaves the list."""

    session = models.ForeignKey(
        InjectionSession, verbose_name=_("session"), on_delete=models.PROTECT, related_name="flags_seen"
    )
    flag = models.CharField(_("flag"), max_length=14, choices=Flag.choices)
    note = models.CharField(_("what follows"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("flag seen")
        verbose_name_plural = _("flags seen")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(note=""), name="flag_seen_says_what_follows"),
            models.CheckConstraint(condition=models.Q(flag__in=Flag.values), name="flag_seen_is_a_known_flag"),
        )

    def __str__(self) -> str:
        return f"{self.flag} {self.at:%Y-%m-%d}"
