"""Which letters of a follow-up are owed now, and from when a person calls."""

from datetime import datetime

from clinic.outbox import deeds as outbox
from scheduling import policies
from scheduling.following_up.rows import change
from scheduling.following_up.words import LETTER, USEFUL_FOR
from scheduling.models import FollowUp


def owe_steps(follow_up: FollowUp, *, now: datetime) -> int:
    """Owe the letters of a follow-up that are still to come; owed already, they stay as they are. Returns how many."""
    planned = policies.follow_up_steps(follow_up, now=now)
    for number, due_at in planned.letters.items():
        outbox.owe(
            LETTER,
            about=follow_up,
            person=follow_up.patient,
            edition=str(follow_up.cycle),
            step=str(number),
            due_at=due_at,
            not_after=due_at + USEFUL_FOR,
            revive=True,
        )
    change(follow_up, next_step_on=planned.calls_from)
    return len(planned.letters)
