"""Which letters of a follow-up are owed now, and from when a person calls."""

from datetime import datetime, timedelta

from clinic.lib.days import day_of
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from scheduling import policies, timing
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


def owe_again(follow_up: FollowUp, *, now: datetime) -> None:
    """Owe one more letter where the first one went already: it led to a visit that is gone.

    It goes on the next open morning, as an edition of its own, unless the visit is booked again by then.
    """
    written = Letter.objects.about(follow_up).of_kind(LETTER)
    if not written.filter(step="1", state__in=("sending", "sent", "uncertain")).exists():
        return
    location = follow_up.location
    tomorrow = day_of(now, location.zone) + timedelta(days=1)
    closures = set(location.closures.filter(on__gte=tomorrow).values_list("on", flat=True))
    day = timing.open_day(tomorrow, closed_weekdays=location.closed_weekdays, closures=closures)
    due_at = timing.morning(day, mail_from=location.mail_from, zone=location.zone)
    outbox.owe(
        LETTER,
        about=follow_up,
        person=follow_up.patient,
        edition=f"{follow_up.cycle}.{written.filter(step='1').count()}",
        step="1",
        due_at=due_at,
        not_after=due_at + USEFUL_FOR,
    )
