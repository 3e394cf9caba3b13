"""What a hold keeps back, and what letting go does."""

from datetime import datetime, timedelta

import pytest

from clinic.outbox import deeds, delivery, holding
from clinic.outbox.models import Letter
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_waiting_counts_by_what_letting_go_would_do(now: datetime) -> None:
    owed(now - 5 * HOUR)
    owed(now - 2 * HOUR, not_after=now - HOUR)
    owed(now + HOUR)
    deeds.hold_all(by=None, now=now - 3 * HOUR, reason="Restored")
    found = holding.waiting(now=now)
    assert (found.owed, found.due, found.would_go, found.too_late, found.may_have_gone) == (3, 2, 1, 1, 1)
    assert found.oldest_due_at == now - 5 * HOUR


def test_release_after_a_restore_leaves_what_may_have_gone_to_a_person(
    kind: Reminder, sink: Sink, now: datetime
) -> None:
    before, stale, after = owed(now - 5 * HOUR), owed(now - 5 * HOUR, not_after=now), owed(now - HOUR)
    deeds.hold_all(by=None, now=now - 3 * HOUR, reason="Restored")
    assert holding.release(by=None, now=now, doubt_earlier=True) == 2
    assert dict(delivery.work(now)) == {"lapsed": 1, "sent": 1}
    states = {row.pk: (row.state, row.reason) for row in Letter.objects.all()}
    assert states == {
        before.pk: ("uncertain", "may_have_gone"),
        stale.pk: ("lapsed", "no_longer_useful"),
        after.pk: ("sent", ""),
    }
    assert ("uncertain", "may_have_gone") in kind.ends
    deeds.resend(before, by=None, now=now)
    assert dict(delivery.work(now)) == {"sent": 1}
    assert len(set(sink.message_ids)) == 2


def test_release_of_a_hold_by_hand_sends_what_is_still_of_use(kind: Reminder, sink: Sink, now: datetime) -> None:
    owed(now - 5 * HOUR)
    owed(now - 5 * HOUR, not_after=now)
    deeds.hold_all(by=None, now=now - 3 * HOUR, reason="The mail server moves")
    assert holding.release(by=None, now=now, doubt_earlier=False) == 2
    assert dict(delivery.work(now)) == {"lapsed": 1, "sent": 1}
