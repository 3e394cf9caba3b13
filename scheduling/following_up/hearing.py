"""Hearing of what happened to a plan or its patient's events, and acting on the follow-ups that wait."""

from datetime import datetime

from clinic.staff.models import User
from patients.models import Patient
from scheduling.following_up.recounting import recount
from scheduling.following_up.rows import change, close, live_ones
from scheduling.following_up.settling import settle
from scheduling.models import FollowUp
from treatments.models import Plan, WearOffReport
from treatments.windows import window_of


def plan_changed(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Hear that a plan is paused, stopped, completed or active again, and act on its live follow-up."""
    for follow_up in live_ones(plan=plan):
        if plan.state in {"stopped", "completed"}:
            close(follow_up, state="closed", reason=f"plan_{plan.state}", by=by, now=now)
        else:  # its days too: what was given elsewhere meanwhile moved them only for plans in use
            recount(follow_up, by=by, now=now)


def scored(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Ask the estimate again after a score, a report or a day set by hand: the day to be back moves with it.

    A cycle without effect goes to the clinician and no letter is sent until a later score, or a person, says otherwise.
    Who says that the effect is wearing off is not kept waiting for the day a call agreed on.
    """
    for follow_up in live_ones(plan=plan):
        if _says_so_now(follow_up, now=now):
            change(follow_up, call_again_on=None)
        settle(follow_up, by=by, now=now, is_judged_anew=True)
        if window_of(follow_up.session).book_by_on is not None:
            recount(follow_up, by=by, now=now)


def _says_so_now(follow_up: FollowUp, *, now: datetime) -> bool:
    reports = WearOffReport.objects.filter(session=follow_up.session, recorded_at=now, withdrawal__isnull=True)
    return follow_up.call_again_on is not None and reports.exists()


def events_changed(*, patient: Patient, by: User, now: datetime) -> None:
    """Hold the letters of a patient with an unresolved serious event; owe them again when it is resolved.

    What waits for the clinician for another reason waits on.
    """
    for follow_up in live_ones(patient=patient):
        if settle(follow_up, by=by, now=now):
            recount(follow_up, by=by, now=now)
