"""Who may still write to a letter: claims taken over, withdrawn and late; and what a release brings back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from clinic.outbox import deeds, delivery
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from clinic.outbox.verdicts import Verdict
from clinic.outbox.writing import Ready, decide
from tests.outbox.kinds import ADDRESS, Reminder, owed
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db


def test_letter_withdrawn_while_claimed_is_not_handed_over(kind: Reminder, sink: Sink, now: datetime) -> None:
    visit = Ref("tests.visit", uuid4())
    letter = owed(now, about=visit)
    kind.when_rendered = lambda: None
    claimed = delivery.claim(letter.pk, now=now)
    assert claimed is not None
    assert deeds.withdraw(about=visit, reason="visit_cancelled", now=now) == 1
    assert delivery.settle(claimed, Verdict(state="sent"), now=now) is None
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


def test_letter_withdrawn_during_the_conversation_is_not_given(kind: Reminder, sink: Sink, now: datetime) -> None:
    visit = Ref("tests.visit", uuid4())
    letter = owed(now, about=visit)

    def cancel() -> None:
        deeds.withdraw(about=visit, reason="visit_cancelled", now=now)

    kind.when_rendered = cancel
    assert delivery.deliver(letter.pk, now=now) is None
    assert sink.recipients == [ADDRESS]
    assert sink.taken == []
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


def test_try_that_lost_its_lease_gives_nothing_and_writes_nothing(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now)
    slow = delivery.claim(letter.pk, now=now)
    assert slow is not None
    Letter.objects.filter(pk=letter.pk).update(lease_until=Now() - timedelta(seconds=1))
    assert delivery.release_expired(now=now) == {"queued": 1}
    assert delivery.deliver(letter.pk, now=now) == "sent"
    ready = decide(slow, now=now)
    assert isinstance(ready, Ready)
    assert delivery.note_handing_over(slow, ready) is False
    assert delivery.settle(slow, Verdict(state="failed", reason="letter_refused"), now=now) is None
    letter.refresh_from_db()
    assert (letter.state, letter.attempt) == ("sent", 2)


def _left_while_handing_over(now: datetime) -> tuple[Letter, Letter]:
    """A letter whose worker was stopped between DATA and the server's answer, and that worker's own view of it."""
    letter = owed(now)
    slow = delivery.claim(letter.pk, now=now)
    assert slow is not None
    ready = decide(slow, now=now)
    assert isinstance(ready, Ready)
    assert delivery.note_handing_over(slow, ready) is True
    Letter.objects.filter(pk=letter.pk).update(lease_until=Now() - timedelta(seconds=1))
    return letter, slow


def test_late_acceptance_turns_doubt_into_sent(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter, slow = _left_while_handing_over(now)
    assert delivery.release_expired(now=now) == {"uncertain": 1}
    assert delivery.settle(slow, Verdict(state="sent"), now=now) == "sent"
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("sent", "")


def test_late_acceptance_after_a_person_resent_is_refused(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter, slow = _left_while_handing_over(now)
    delivery.release_expired(now=now)
    deeds.resend(letter, by=None, now=now)
    assert delivery.settle(slow, Verdict(state="sent"), now=now) is None
    letter.refresh_from_db()
    assert letter.state == "queued"


def test_release_makes_uncertain_what_was_being_handed_over(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter, _slow = _left_while_handing_over(now)
    assert delivery.release_expired(now=now) == {"uncertain": 1}
    assert delivery.release_expired(now=now) == {}
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.last_error) == ("uncertain", "worker_lost", "WorkerLost")
    assert kind.ends == [("uncertain", "worker_lost")]


def test_release_leaves_a_lease_that_runs(kind: Reminder, now: datetime) -> None:
    letter = owed(now)
    delivery.claim(letter.pk, now=now)
    assert delivery.release_expired(now=now + timedelta(days=1)) == {}


def test_release_of_a_letter_that_kills_its_workers_ends_at_the_cap(kind: Reminder, now: datetime) -> None:
    letter = owed(now)
    Letter.objects.filter(pk=letter.pk).update(max_attempts=4)
    outcomes = []
    for day in range(4):
        moment = now + timedelta(days=day)
        assert delivery.claim(letter.pk, now=moment) is not None
        Letter.objects.filter(pk=letter.pk).update(lease_until=Now() - timedelta(seconds=1))
        outcomes.append(dict(delivery.release_expired(now=moment)))
    assert outcomes == [{"queued": 1}, {"queued": 1}, {"queued": 1}, {"failed": 1}]
    letter.refresh_from_db()
    assert (letter.reason, letter.last_error) == ("tried_too_often", "WorkerLost")
