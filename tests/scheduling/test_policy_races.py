"""A policy changed while a deed owes letters by the old one: the change waits for it, or a letter keeps the old day."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

import pytest
from django.db import connection, connections, transaction

from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from scheduling import following_up, policies, replanning, setting_policies, timing
from scheduling.models import FollowUp
from scheduling.policies import FOR_ALL
from scheduling.setting_policies import PolicyDraft, StepDraft
from tests.scheduling.owed import a_follow_up, at_nine
from tests.treatments.people import a_user

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
OLD, NEW = date(2027, 5, 10), date(2027, 5, 3)


def plan(follow_up: FollowUp, *, holds_still: bool) -> timing.Planned:
    """What the deeds ask; or the same without the lock that makes a change wait."""
    if holds_still:
        return policies.follow_up_steps(follow_up, now=NOW)
    in_force = policies.in_force()
    return timing.plan(
        in_force.of(follow_up.plan.condition.key),
        reminder_on=follow_up.reminder_on,
        book_by_on=follow_up.book_by_on,
        lead_days=in_force.lead_days,
        now=NOW,
        place=policies.places([follow_up.location], now=NOW)[follow_up.location_id],
    )


@pytest.mark.parametrize(("holds_still", "goes_on"), [(True, NEW), (False, OLD)])
def test_a_change_waits_for_who_plans_by_the_old_policy(holds_still: bool, goes_on: date) -> None:
    doctor, manager = a_user(Role.CLINICIAN), a_user(Role.MANAGER)
    follow_up = a_follow_up(doctor, NOW)
    Letter.objects.about(follow_up).update(state="withdrawn", reason="visit_booked", ended_at=NOW)
    FollowUp.objects.filter(pk=follow_up.pk).update(state="booked")
    has_read, is_changed = Event(), Event()

    def owe_again() -> None:
        """A visit is cancelled: read, wait until the change is through or waits for us, write."""
        with transaction.atomic():
            due_at = plan(follow_up, holds_still=holds_still).letters[1]
            has_read.set()
            while not is_changed.is_set() and not _somebody_waits():
                time.sleep(0.01)
            FollowUp.objects.filter(pk=follow_up.pk).update(state="pending")
            outbox.owe(
                following_up.LETTER, about=follow_up, person=follow_up.patient, edition="1", step="1", due_at=due_at,
                revive=True,
            )  # fmt: skip
        connections.close_all()

    def change() -> None:
        has_read.wait(10)
        draft = PolicyDraft((StepDraft(1, -21), StepDraft(2, 0)), 7)
        setting_policies.change_follow_ups(condition=FOR_ALL, draft=draft, seen=0, by=manager, now=NOW)
        replanning.sweep(NOW)
        is_changed.set()
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(owe_again), pool.submit(change)]:
            done.result(30)
    letter = Letter.objects.about(follow_up).get(step="1")
    assert (letter.state, letter.due_at) == ("queued", at_nine(follow_up, goes_on))


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone() is not None
