"""Counting the days of a follow-up anew, and moving the letters not yet sent with them."""

from datetime import datetime
from typing import Any

from clinic.lib.days import day_of
from clinic.staff.models import User
from scheduling import standing
from scheduling.following_up.catching_up import is_catching_up, owe_from_here
from scheduling.following_up.rows import change, live_ones, note
from scheduling.following_up.settling import settle
from scheduling.following_up.steps import owe_steps, take_back_steps
from scheduling.models import FollowUp
from treatments.models import Plan, WearOffReport
from treatments.windows import window_of

WAITED_IN_VAIN = frozenset({"no_answer", "day_has_passed"})
"""Reasons that hold no more once the day to be back lies ahead again."""


def plan_revised(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Count a live follow-up anew: another interval or product is another day to be back."""
    for follow_up in live_ones(plan=plan):
        recount(follow_up, by=by, now=now)


def not_before(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Move another plan's earliest day, later or back again, and with it the day to be back and the letters unsent.

    Counted anew from its own session, so that a day that was put off comes back when the session behind it is voided.
    """
    if window_of(follow_up.session).earliest_on != follow_up.earliest_on:
        recount(follow_up, by=by, now=now)


def recount(follow_up: FollowUp, *, by: User | None, now: datetime) -> None:
    """Count the days of a follow-up anew from its session, and move the letters not yet sent with them.

    A visit that is too early by now goes to the call list: a person moves it.
    """
    window = window_of(follow_up.session)
    book_by_on = window.book_by_on or max(window.earliest_on, follow_up.book_by_on)
    reminder_on = window.reminder_on or follow_up.reminder_on
    told = WearOffReport.objects.filter(session=follow_up.session, withdrawal__isnull=True).first()
    if told is not None:  # due now: as early as the interval allows, and the letter goes at once
        book_by_on = min(book_by_on, max(window.earliest_on, told.told_on))
        reminder_on = min(reminder_on or told.told_on, told.told_on)
    moved = (book_by_on, reminder_on) != (follow_up.book_by_on, follow_up.reminder_on)
    facts: dict[str, Any] = {
        "earliest_on": window.earliest_on,
        "book_by_on": book_by_on,
        "reminder_on": reminder_on,
        "wears_off_from_on": window.wears_off_from_on,
        "wears_off_until_on": window.wears_off_until_on,
        "window_basis": window.basis,
    }
    has_changed = any(getattr(follow_up, name) != value for name, value in facts.items())
    if has_changed:
        change(follow_up, **facts)
    if moved and follow_up.state in standing.OPEN and follow_up.where != standing.CLINICIAN_LIST:
        owe = owe_from_here if is_catching_up(follow_up) else owe_steps
        owe(follow_up, now=now, waiting=take_back_steps(follow_up, now=now))
    lies_ahead = book_by_on >= day_of(now, follow_up.location.zone)
    was_settled = settle(follow_up, by=by, now=now, lifted=WAITED_IN_VAIN if moved and lies_ahead else ())
    if has_changed or was_settled:
        note(follow_up, "follow_up.day_moved", by=by)
