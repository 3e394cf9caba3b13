"""Putting a live follow-up where it belongs: with the clinician, on the call list, or with the letters again."""

from collections.abc import Collection
from datetime import datetime

from clinic.lib.days import day_of
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.reminders import kept_from
from patients.topics import Topic
from scheduling import standing
from scheduling.following_up.catching_up import owe_from_here
from scheduling.following_up.rows import change, note
from scheduling.models import Appointment, FollowUp
from scheduling.reasons import sentence
from treatments.event_story import has_unresolved_serious
from treatments.models import WearOffReport
from treatments.windows import earliest_for, window_of


def settle(
    follow_up: FollowUp,
    *,
    by: User | None,
    now: datetime,
    is_judged_anew: bool = False,
    lifted: Collection[str] = (),
) -> bool:
    """Ask the facts where a live follow-up belongs, and put it there. Returns whether it moved.

    With the clinician its letters are withdrawn; back from there, or from the call list, they are owed from here on.
    `is_judged_anew`: whether the cycle had an effect is asked of the scores again. `lifted`: reasons that hold no more.
    """
    found = standing.place(facts_of(follow_up, now=now, is_judged_anew=is_judged_anew, lifted=lifted))
    if found.where == standing.CLINICIAN_LIST:
        outbox.withdraw(
            about=follow_up, reason=found.reason, text=sentence(found.reason), now=now, where=standing.CLINICIAN_LIST
        )
    if (found.where, found.reason) == (follow_up.where, follow_up.reason):
        return False
    was = follow_up.where
    change(follow_up, where=found.where, reason=found.reason)
    if found.where == standing.CLINICIAN_LIST and was != standing.CLINICIAN_LIST:
        note(follow_up, "follow_up.to_the_clinician", by=by)
    elif was != standing.LETTERS and found.where != standing.CLINICIAN_LIST and follow_up.state in standing.OPEN:
        owe_from_here(follow_up, now=now)
        note(follow_up, "follow_up.owed_again", by=by)
    return True


def facts_of(
    follow_up: FollowUp, *, now: datetime, is_judged_anew: bool = False, lifted: Collection[str] = ()
) -> standing.Facts:
    """Return what decides where a live follow-up belongs."""
    is_open = follow_up.state in standing.OPEN
    stays = follow_up.reason == standing.NO_EFFECT and not is_judged_anew
    return standing.Facts(
        state=follow_up.state,
        reason="" if follow_up.reason in lifted else follow_up.reason,
        plan_is_paused=follow_up.plan.state == "paused",
        has_unresolved_serious=is_open and has_unresolved_serious(follow_up.patient),
        is_without_effect=is_open and (stays or window_of(follow_up.session).book_by_on is None),
        is_wearing_off=is_open and _is_wearing_off(follow_up),
        is_put_off=is_open and _is_put_off(follow_up),
        visit_is_too_early=not is_open and _visit_is_too_early(follow_up, now=now),
        unreachable=kept_from(follow_up.patient, Topic.NEXT_VISIT),
    )


def _is_wearing_off(follow_up: FollowUp) -> bool:
    return bool(WearOffReport.objects.filter(session=follow_up.session, withdrawal__isnull=True).exists())


def _is_put_off(follow_up: FollowUp) -> bool:
    """Whether another treatment, of another plan or elsewhere, moved the earliest day."""
    own = earliest_for(follow_up.plan, as_of=follow_up.session.injected_on)
    return own is not None and follow_up.earliest_on > own


def _visit_is_too_early(follow_up: FollowUp, *, now: datetime) -> bool:
    """Whether a visit that keeps it lies before the earliest permitted day, as it is by now."""
    visits = Appointment.objects.upcoming(now).filter(follow_up=follow_up).select_related("location")
    return any(day_of(visit.starts_at, visit.location.zone) < follow_up.earliest_on for visit in visits)
