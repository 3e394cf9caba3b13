"""The one letter for steps that were missed: a change of days or of policy neither doubles it nor loses it.

Treated on Monday 1 March 2027, to be back on Monday 24 May: letters on 10 and 24 May and 3 June. The visit that kept it
is cancelled after the first of those days has gone by, or the second.
"""

from datetime import UTC, date, datetime, time

import pytest

from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from scheduling import replanning, setting_policies
from scheduling.following_up.catching_up import owe_from_here
from scheduling.models import FollowUp
from scheduling.policies import FOR_ALL
from scheduling.setting_policies import PolicyDraft, StepDraft
from tests.scheduling.owed import a_follow_up
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.setting_window import set_window

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)


def missed_until(follow_up: FollowUp, day: date) -> datetime:
    """Nothing went until that day, when letters are owed again from there on; return that moment."""
    now = datetime.combine(day, time(5), UTC)
    outbox.withdraw(about=follow_up, reason="visit_booked", now=now)
    owe_from_here(follow_up, now=now)
    return now


def waiting(follow_up: FollowUp) -> list[tuple[str, str, date]]:
    rows = Letter.objects.about(follow_up).live().order_by("due_at")
    return [(row.edition, row.step, row.due_at.date()) for row in rows]


def test_a_policy_that_brings_a_missed_step_near_does_not_write_twice(doctor: User) -> None:
    follow_up = a_follow_up(doctor, NOW)
    now = missed_until(follow_up, date(2027, 5, 12))
    catching_up = ("1.1", "1", date(2027, 5, 13))
    assert waiting(follow_up) == [catching_up, ("1", "2", date(2027, 5, 24)), ("1", "3", date(2027, 6, 3))]
    steps = (StepDraft(1, -10), StepDraft(2, 0), StepDraft(3, 10))  # the first is to go on 14 May, a day after
    setting_policies.change_follow_ups(
        condition=FOR_ALL, draft=PolicyDraft(steps, 7), seen=0, by=a_user(Role.MANAGER), now=now
    )
    replanning.sweep(now)
    assert waiting(follow_up) == [catching_up, ("1", "2", date(2027, 5, 24)), ("1", "3", date(2027, 6, 3))]


def test_a_day_that_moves_leaves_the_letter_for_the_missed_steps(doctor: User) -> None:
    session = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    follow_up = FollowUp.objects.get(session=session)
    now = missed_until(follow_up, date(2027, 5, 25))
    assert waiting(follow_up) == [("1.1", "2", date(2027, 5, 26)), ("1", "3", date(2027, 6, 3))]
    set_window(plan=session.plan, until=94, reason="Lasts longer", seen=None, by=doctor, now=now)  # 3 June
    follow_up.refresh_from_db()
    assert follow_up.book_by_on == date(2027, 6, 3)
    assert waiting(follow_up) == [
        ("1.2", "1", date(2027, 5, 26)),  # 20 May has gone by; the next step is nine days off
        ("1", "2", date(2027, 6, 3)),
        ("1", "3", date(2027, 6, 13)),
    ]
