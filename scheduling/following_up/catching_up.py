"""Owing letters again after a while without: what is still to come, and at most one for all that was missed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from clinic.lib.days import day_bounds, day_of
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from scheduling import policies
from scheduling.following_up.rows import change
from scheduling.following_up.steps import owe_steps
from scheduling.following_up.words import LETTER, USEFUL_FOR
from scheduling.models import FollowUp

SOON = timedelta(days=7)
"""A step so near says the same as a letter for the missed ones (rules.json merge_letters_within_days)."""


def is_catching_up(follow_up: FollowUp) -> bool:
    """Whether a letter for the steps that were missed is on its way."""
    on_its_way = Letter.objects.about(follow_up).of_kind(LETTER).live()
    return bool(on_its_way.filter(edition__startswith=f"{follow_up.cycle}.").exists())


def owe_from_here(follow_up: FollowUp, *, now: datetime, waiting: Collection[int] = ()) -> None:
    """Owe the steps still to come, and one letter on the next open morning where steps went by: never a burst.

    `waiting` as in `owe_steps`.
    """
    owe_steps(follow_up, now=now, waiting=waiting)
    location = follow_up.location
    today = day_of(now, location.zone)
    tomorrow = today + timedelta(days=1)
    start = day_bounds(follow_up.session.injected_on or today, location.zone)[0]
    ever = policies.follow_up_steps(follow_up, now=start).letters
    gone = [number for number, due_at in ever.items() if day_of(due_at, location.zone) < tomorrow]
    written = Letter.objects.about(follow_up).of_kind(LETTER)
    if not gone or written.live().filter(due_at__lte=now + SOON).exists():
        return
    place = policies.places([location], now=now)[location.pk]
    due_at = place.morning(place.open_day(tomorrow))
    again = written.filter(edition__startswith=f"{follow_up.cycle}.").exclude(edition__contains="~").count() + 1
    outbox.owe(
        LETTER,
        about=follow_up,
        person=follow_up.patient,
        edition=f"{follow_up.cycle}.{again}",
        step=str(gone[-1]),
        due_at=due_at,
        not_after=due_at + USEFUL_FOR,
    )
    calls_from = day_of(due_at, location.zone) + timedelta(days=_call_after(follow_up))
    if follow_up.next_step_on is None or follow_up.next_step_on < calls_from:  # no call before it can be answered
        change(follow_up, next_step_on=calls_from)


def _call_after(follow_up: FollowUp) -> int:
    return policies.in_force().of(follow_up.plan.condition.key).call_after_days
