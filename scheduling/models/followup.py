"""What is owed next: one follow-up per plan and cycle."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from patients.models import Patient
from scheduling.querysets import FollowUpQuerySet
from scheduling.standing import ENDED_BY_A_PERSON, LIVE, TOGETHER
from treatments.models import InjectionSession, Plan


class FollowUpState(models.TextChoices):
    """Where a follow-up stands."""

    PENDING = "pending", _("Pending")
    REMINDED = "reminded", _("Reminded")
    BOOKED = "booked", _("Booked")
    DONE = "done", _("Done")
    DONE_EARLY = "done_early", _("Done early")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Lapsed")
    CLOSED = "closed", _("Closed")


def _agreeing() -> models.Q:
    """State, who works it and the reason, as `standing.TOGETHER` has them."""
    found = models.Q()
    for state, places in TOGETHER.items():
        for where, reasons in places.items():
            found |= models.Q(state=state, where=where, reason__in=sorted(reasons))
    return found


@pghistory.track()
class FollowUp(PublicModel):
    """After a signed session of a plan the next one is owed: not before `earliest_on`, booked by `book_by_on`.

    `cycle` counts the plan's signed sessions. `reason` says why a state is what it is (the table of DESIGN.md);
    `where` names who works it when no letter may go: letters, desk list, clinician list, closed. Which of them stand
    together is `standing.TOGETHER`. `said` is what the patient or who ended it said; letters and trail never hold it.
    `call_again_on` is what the last call that stands agreed: nobody rings before that day, somebody does from then on.
    """

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        InjectionSession, verbose_name=_("counted from"), on_delete=models.PROTECT, related_name="+"
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    earliest_on = models.DateField(_("earliest"))
    book_by_on = models.DateField(_("book by"))
    reminder_on = models.DateField(_("first letter on"), null=True, blank=True)
    wears_off_from_on = models.DateField(_("may wear off from"), null=True, blank=True)
    wears_off_until_on = models.DateField(_("may last until"), null=True, blank=True)
    window_basis = models.CharField(_("window comes from"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FollowUpState.choices, default=FollowUpState.PENDING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    where = models.CharField(_("worked by"), max_length=20, default="letters")
    next_step = models.PositiveSmallIntegerField(_("next step"), default=1)
    next_step_on = models.DateField(_("a person calls from"), null=True, blank=True)
    call_again_on = models.DateField(_("ring again on"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    said = models.CharField(_("what was said"), max_length=300, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("book_by_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["plan", "cycle"], name="follow_up_once_a_cycle"),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state__in=LIVE), name="follow_up_one_live_a_plan"
            ),
            models.CheckConstraint(
                condition=models.Q(book_by_on__gte=models.F("earliest_on")),
                name="follow_up_is_not_booked_before_it_is_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(wears_off_from_on__isnull=True)
                | models.Q(wears_off_until_on__gte=models.F("wears_off_from_on")),
                name="follow_up_window_is_not_inverted",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE, closed_at__isnull=True)
                | (~models.Q(state__in=LIVE) & models.Q(closed_at__isnull=False)),
                name="follow_up_closed_has_its_time",
            ),
            models.CheckConstraint(condition=_agreeing(), name="follow_up_is_where_its_reason_says"),
            models.CheckConstraint(
                condition=~models.Q(state__in=ENDED_BY_A_PERSON) | ~models.Q(said=""),
                name="follow_up_given_up_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="lapsed") | models.Q(closed_by__isnull=False),
                name="follow_up_lapsed_names_who_decided",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_step_on"],
                condition=models.Q(state__in=("pending", "reminded")),
                name="follow_up_due",
            ),
            models.Index(fields=["location", "book_by_on"], name="follow_up_by_date"),
            models.Index(fields=["patient"], name="follow_up_by_patient"),
            models.Index(
                fields=["book_by_on", "id"], condition=models.Q(state__in=LIVE), name="follow_up_live_by_date"
            ),
        )

    def __str__(self) -> str:
        return f"{self.book_by_on}"
