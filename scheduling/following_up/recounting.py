"""Counting the days of a follow-up anew, and moving the letters not yet sent with them."""

from datetime import datetime
from typing import Any

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from scheduling.following_up.rows import change
from scheduling.following_up.steps import owe_steps
from scheduling.following_up.words import LETTERS, WEARING_OFF
from scheduling.models import FollowUp
from treatments.models import Plan, WearOffReport
from treatments.windows import window_of


def plan_revised(*, plan: Plan, by: User | None, now: datetime) -> None:
    """Count a live follow-up anew: another interval or product is another day to be back."""
    for follow_up in FollowUp.objects.live().filter(plan=plan).select_related("location", "session"):
        recount(follow_up, by=by, now=now)


def not_before(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Move another plan's earliest day, later or back again, and with it the day to be back and the letters unsent.

    Counted anew from its own session, so that a day that was put off comes back when the session behind it is voided.
    """
    if window_of(follow_up.session).earliest_on != follow_up.earliest_on:
        recount(follow_up, by=by, now=now)


def recount(follow_up: FollowUp, *, by: User | None, now: datetime) -> None:
    """Count the days of a follow-up anew from its session, and move the letters not yet sent with them."""
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
    if follow_up.reason in {"", WEARING_OFF}:
        facts["reason"] = WEARING_OFF if told else ""
    if all(getattr(follow_up, name) == value for name, value in facts.items()):
        return
    change(follow_up, **facts)
    if moved and follow_up.state != "booked" and follow_up.where == LETTERS:
        outbox.withdraw(about=follow_up, reason="day_moved", now=now)
        owe_steps(follow_up, now=now)
    record(
        by=by,
        actor="" if by else "patient link",
        verb="follow_up.day_moved",
        thing=follow_up,
        patient=follow_up.patient,
    )
