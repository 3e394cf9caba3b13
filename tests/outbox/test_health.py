"""How the outbox is."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clinic.outbox import deeds, delivery, health
from clinic.outbox.models import Heartbeat
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db


def test_oldest_due_is_none_where_nothing_is_due(now: datetime) -> None:
    owed(now + timedelta(minutes=1))
    assert health.oldest_due_age(now) is None


def test_oldest_due_is_the_longest_wait_whatever_the_priority(now: datetime) -> None:
    urgent = owed(now - timedelta(minutes=1))
    urgent.priority = 0
    urgent.save(update_fields=["priority"])
    owed(now - timedelta(minutes=7))
    assert health.oldest_due_age(now) == timedelta(minutes=7)


def test_parts_never_seen_are_none_and_seen_ones_recent() -> None:
    assert (health.worker_last_seen(), health.beat_last_seen()) == (None, None)
    Heartbeat.objects.seen("worker")
    seen = health.worker_last_seen()
    assert seen is not None
    assert timezone.now() - seen < timedelta(seconds=10)
    assert health.beat_last_seen() is None


def test_letters_put_off_are_counted_though_they_are_not_due(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("RCPT", "450 later")
    delivery.deliver(owed(now).pk, now=now)
    owed(now + timedelta(minutes=1))
    assert (health.oldest_due_age(now), health.put_off(now)) == (None, 1)


def test_letters_held_are_not_due(now: datetime) -> None:
    owed(now - timedelta(hours=1))
    deeds.hold_all(by=None, now=now, reason="The mail server moves")
    assert health.oldest_due_age(now) is None
