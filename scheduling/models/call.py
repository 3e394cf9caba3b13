"""Calls about coming back: who rang when, what came of it, and entries taken back. Rows are only added."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from patients.models import Patient
from scheduling.call_outcomes import ENDS_IT
from scheduling.models.followup import FollowUp
from scheduling.querysets import CallQuerySet


class CallOutcome(models.TextChoices):
    """What came of a call; what follows is in `call_outcomes`."""

    NO_ANSWER = "no_answer", _("No answer")
    LEFT_MESSAGE = "left_message", _("Left word to ring us")
    WILL_BOOK = "will_book", _("Will book")
    BOOKS_NOW = "books_now", _("Books now")
    WANTS_LATER = "wants_later", _("Wants later")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    DECLINED = "declined", _("Will not come")
    ELSEWHERE = "elsewhere", _("Treated elsewhere")
    DIED = "died", _("Has died")


class Call(PublicModel):
    """One call to a patient about coming back, as the desk wrote it down. A mistaken entry is taken back, not changed.

    `again_on` is the day to ring again. `press` identifies one press of the button.
    """

    follow_up = models.ForeignKey(FollowUp, verbose_name=_("follow-up"), on_delete=models.PROTECT, related_name="calls")
    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=CallOutcome.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    again_on = models.DateField(_("ring again on"), null=True, blank=True)
    called_at = models.DateTimeField(_("called"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField(unique=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-called_at", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=CallOutcome.values), name="call_has_a_known_outcome"),
            models.CheckConstraint(condition=~Q(outcome="declined") | ~Q(note=""), name="call_declined_says_why"),
            models.CheckConstraint(
                condition=~Q(outcome__in=ENDS_IT) | Q(again_on__isnull=True), name="call_that_ends_it_is_the_last"
            ),
        )
        indexes = (
            models.Index(fields=["follow_up", "-called_at"], name="call_by_follow_up"),
            models.Index(fields=["patient", "-called_at"], name="call_by_patient"),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.called_at:%Y-%m-%d}"


class CallWithdrawal(PublicModel):
    """A call that was written down by mistake counts no more; both stay readable."""

    call = models.OneToOneField(Call, verbose_name=_("call"), on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("call taken back")
        verbose_name_plural = _("calls taken back")
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="call_withdrawal_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
