"""Hearing of what happened to a plan or a patient, and acting on the follow-ups that wait."""

from datetime import datetime

from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.models import Patient
from scheduling.following_up.recounting import recount
from scheduling.following_up.rows import change, close
from scheduling.following_up.steps import owe_steps
from scheduling.following_up.words import CLINICIAN_LIST, CLOSED, LETTERS, SERIOUS, WAITS
from scheduling.models import FollowUp
from treatments.event_story import has_unresolved_serious
from treatments.models import Plan
from treatments.windows import window_of


def plan_changed(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Hear that a plan is paused, stopped, completed or active again, and act on its live follow-up."""
    follow_up: FollowUp | None = FollowUp.objects.live().filter(plan=plan).select_related("location").first()
    if follow_up is None:
        return
    if plan.state in {"stopped", "completed"}:
        close(follow_up, state="closed", reason=f"plan_{plan.state}", by=by, now=now)
    elif plan.state == "paused":
        outbox.withdraw(about=follow_up, reason="plan_paused", now=now, where=CLINICIAN_LIST)
        if follow_up.reason != "no_effect":  # that waits for the clinician either way, the pause over or not
            change(follow_up, where=CLINICIAN_LIST, reason="plan_paused")
    elif follow_up.reason == "plan_paused":
        change(follow_up, where=LETTERS, reason="")
        if follow_up.state != "booked":
            owe_steps(follow_up, now=now)


def scored(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Ask the estimate again after a score, a report or a day set by hand: the day to be back moves with it.

    A cycle without effect goes to the clinician and no letter is sent until a later score, or a person, says otherwise.
    """
    actor = "" if by else "patient link"
    for follow_up in FollowUp.objects.live().filter(plan=plan).select_related("location", "session"):
        has_failed = window_of(follow_up.session).book_by_on is None
        if has_failed and follow_up.where == LETTERS and follow_up.state != "booked":
            outbox.withdraw(about=follow_up, reason="no_effect", text=_(WAITS), now=now, where=CLINICIAN_LIST)
            change(follow_up, where=CLINICIAN_LIST, reason="no_effect")
            record(by=by, actor=actor, verb="follow_up.to_the_clinician", thing=follow_up, patient=follow_up.patient)
        elif not has_failed and follow_up.reason == "no_effect":
            change(follow_up, where=LETTERS, reason="")
            owe_steps(follow_up, now=now)
            record(by=by, actor=actor, verb="follow_up.owed_again", thing=follow_up, patient=follow_up.patient)
        if not has_failed:
            recount(follow_up, by=by, now=now)


def events_changed(*, patient: Patient, by: User, now: datetime) -> None:
    """Hold the letters of a patient with an unresolved serious event; owe them again when it is resolved.

    What waits for the clinician for another reason waits on.
    """
    is_held = has_unresolved_serious(patient)
    for follow_up in FollowUp.objects.live().filter(patient=patient).select_related("location", "session"):
        if is_held and follow_up.where == LETTERS and follow_up.state != "booked":
            outbox.withdraw(about=follow_up, reason=SERIOUS, text=_(WAITS), now=now, where=CLINICIAN_LIST)
            change(follow_up, where=CLINICIAN_LIST, reason=SERIOUS)
            record(by=by, verb="follow_up.to_the_clinician", thing=follow_up, patient=patient)
        elif not is_held and follow_up.reason == SERIOUS:
            change(follow_up, where=LETTERS, reason="")
            owe_steps(follow_up, now=now)
            record(by=by, verb="follow_up.owed_again", thing=follow_up, patient=patient)
            recount(follow_up, by=by, now=now)


def patient_died(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Close everything that waits for a person who died; nothing is ever sent again."""
    for follow_up in FollowUp.objects.live().filter(patient=patient):
        close(follow_up, state="closed", reason="deceased", by=by, now=now)
    outbox.withdraw_person(person=patient, reason="deceased", now=now, where=CLOSED)
