"""Which letters of a follow-up are owed now, and from when a person calls."""

from collections.abc import Collection
from datetime import datetime

from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.outbox.states import SENDING, SENT, UNCERTAIN
from scheduling import policies
from scheduling.following_up.rows import change
from scheduling.following_up.words import LETTER, USEFUL_FOR
from scheduling.models import FollowUp
from scheduling.reasons import sentence


def owe_steps(follow_up: FollowUp, *, now: datetime, waiting: Collection[int] = ()) -> int:
    """Owe the letters of a follow-up that are still to come; owed already, they stay as they are. Returns how many.

    One that waited unsent (`waiting`) and whose day has gone by, now that the days are counted anew, goes today. What
    went to a record that was made one with this patient's, or two again, went.
    """
    planned = policies.follow_up_steps(follow_up, now=now, waiting=waiting)
    others = Letter.objects.about(follow_up).of_kind(LETTER).exclude(person_public_id=follow_up.patient.public_id)
    went = others.filter(edition=str(follow_up.cycle), state__in=(SENDING, SENT, UNCERTAIN))
    gone = set(went.values_list("step", flat=True))
    for number, due_at in planned.letters.items():
        if str(number) in gone:
            continue
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


def take_back_steps(follow_up: FollowUp, *, now: datetime) -> frozenset[int]:
    """Take back what is not yet sent because the day to be back moved; return the steps that waited."""
    letters = Letter.objects.about(follow_up).of_kind(LETTER)
    planned = letters.not_handed_over().filter(edition=str(follow_up.cycle)).values_list("step", flat=True)
    waited = frozenset(int(step) for step in planned if step.isdigit())
    outbox.withdraw(about=follow_up, reason="day_moved", text=sentence("day_moved"), now=now, where="later")
    return waited
