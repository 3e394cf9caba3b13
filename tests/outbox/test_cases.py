"""What went wrong elsewhere with reminders that were delivered by tasks, and does not here."""

import ast
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from clinic.embedded.home import CHECKOUT
from clinic.outbox import deeds, delivery, registry
from clinic.outbox.models import Bounce, Letter
from clinic.outbox.refs import Ref
from clinic.outbox.registry import Bounced
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import HANG, Sink
from tests.outbox.test_races import all_at_once

APPS = ("clinic", "patients", "treatments", "scheduling")
LATER = {"eta", "countdown"}


def calls_with_a_later_start(source: str) -> list[int]:
    """The lines of calls that give a task a moment of its own to start."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if LATER & {word.arg for word in call.keywords}]


def test_no_task_is_given_a_moment_to_start() -> None:
    """BTX-028: Redis hands a task with a far ETA out again and again. The table is the schedule."""
    files = [file for app in APPS for file in Path(CHECKOUT / app).rglob("*.py")]
    assert {str(file): found for file in files if (found := calls_with_a_later_start(file.read_text()))} == {}
    assert calls_with_a_later_start("deliver_one.apply_async((7,), countdown=1209600)") == [1]  # the control


@pytest.mark.django_db(transaction=True)
def test_one_task_run_five_times_at_once_sends_one_letter(kind: Reminder, sink: Sink, now: datetime) -> None:
    """BTX-028: the same message again is no second letter."""
    letter = owed(now)
    done = all_at_once(lambda: delivery.deliver(letter.pk, now=now), runners=5)
    assert sorted(done, key=str) == [None] * 4 + ["sent"]
    assert len(sink.taken) == 1


@pytest.fixture
def ten_due(now: datetime) -> Iterator[None]:
    """A finder that owes the day's ten reminders, each time it is asked."""
    visits = [(Ref("tests.visit", uuid4()), uuid4()) for _ in range(10)]

    def finder(moment: datetime) -> int:
        before = Letter.objects.count()
        for visit, person in visits:
            deeds.owe(Reminder.slug, about=visit, person=person, step="1", due_at=moment)
        return Letter.objects.count() - before

    registry.due_finders[:] = [finder]
    yield
    registry.due_finders[:] = []


@pytest.mark.django_db(transaction=True)
def test_two_beats_and_two_workers_send_ten_letters_for_ten_patients(
    kind: Reminder, sink: Sink, now: datetime, ten_due: None
) -> None:
    """BTX-029: by the key in the table, not by hoping for one beat. With real beats: tests/faults."""
    all_at_once(lambda: delivery.work(now), runners=4)
    assert Letter.objects.count() == len(sink.taken) == len(set(sink.message_ids)) == 10
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}


@pytest.fixture
def refused() -> Iterator[list[Bounced]]:
    """What the apps above hear of addresses that do not work."""
    told: list[Bounced] = []

    def hear(bounce: Bounced, *, now: datetime) -> None:
        told.append(bounce)

    kept, registry.bounced_hooks[:] = registry.bounced_hooks[:], [hear]
    yield told
    registry.bounced_hooks[:] = kept


@pytest.mark.django_db
class TestBTX031:
    """BTX-031: a timeout after the server took the letter is a doubt; 451 is a delay; 550 flags the address."""

    def test_timeout_after_the_content_is_a_doubt_and_goes_again_only_by_a_person_as_itself(
        self, kind: Reminder, sink: Sink, now: datetime, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.3
        sink.answers("DATA", HANG, "250 OK")
        letter = owed(now)
        assert delivery.deliver(letter.pk, now=now) == "uncertain"
        for day in range(1, 10):
            assert delivery.work(now + timedelta(days=day)).total() == 0
        deeds.resend(letter, by=None, now=now)
        assert dict(delivery.work(now)) == {"sent": 1}
        assert sink.message_ids == [f"<{letter.public_id}@kadamb.example>"] * 2

    def test_451_is_tried_again_after_a_wait_that_grows(self, kind: Reminder, sink: Sink, now: datetime) -> None:
        sink.answers("RCPT", "451 later", "451 later", "250 OK")
        letter, waits = owed(now), []
        for _ in range(2):
            before = letter.due_at
            assert delivery.deliver(letter.pk, now=before) == "later"
            letter.refresh_from_db()
            waits.append(letter.due_at - before)
        assert waits[1] > waits[0] * 1.5
        assert delivery.deliver(letter.pk, now=letter.due_at) == "sent"

    @pytest.mark.parametrize(
        ("reply", "kind_of_it", "status"),
        [("550 5.1.1 no such user", "hard", "5.1.1"), ("550 no", "hard", ""), ("550 5.7.1 not you", "soft", "5.7.1")],
    )
    def test_550_is_not_tried_again_and_the_address_is_flagged(
        self, kind: Reminder, sink: Sink, now: datetime, refused: list[Bounced], reply: str, kind_of_it: str,
        status: str,
    ) -> None:  # fmt: skip
        sink.answers("RCPT", reply)
        letter = owed(now)
        assert delivery.deliver(letter.pk, now=now) == "failed"
        assert delivery.work(now + timedelta(days=1)).total() == 0
        (told,) = refused
        assert (told.kind, told.status, told.promise.public_id) == (kind_of_it, status, letter.public_id)
        assert Bounce.objects.get().is_proven

    def test_app_that_cannot_take_a_refusal_does_not_undo_it(self, kind: Reminder, sink: Sink, now: datetime) -> None:
        def broken(bounce: Bounced, *, now: datetime) -> None:
            raise KeyError(bounce, now)

        kept, registry.bounced_hooks[:] = registry.bounced_hooks[:], [broken]
        sink.answers("RCPT", "550 5.1.1 no such user")
        assert delivery.deliver(owed(now).pk, now=now) == "failed"
        registry.bounced_hooks[:] = kept

    def test_those_sent_before_the_fault_are_not_sent_again(self, kind: Reminder, sink: Sink, now: datetime) -> None:
        for _ in range(3):
            owed(now)
        sink.answers("DATA", "250 OK", "451 later", "250 OK")
        delivery.work(now)
        delivery.work(now + timedelta(hours=1))
        assert len(sink.message_ids) == len(set(sink.message_ids)) == 3


@pytest.mark.django_db(transaction=True)
class TestBTX032:
    """BTX-032: the row is written with the deed, and no worker sees it before the deed is done."""

    def work_elsewhere(self, now: datetime) -> None:
        def run() -> None:
            delivery.work(now)
            connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(30)

    def test_worker_that_looks_before_the_commit_finds_nothing_and_after_it_sends(
        self, kind: Reminder, sink: Sink, now: datetime
    ) -> None:
        with transaction.atomic():
            owed(now)
            self.work_elsewhere(now)
            assert sink.taken == []
        self.work_elsewhere(now)
        assert len(sink.taken) == 1

    def test_deed_that_is_undone_owes_nothing(self, kind: Reminder, sink: Sink, now: datetime) -> None:
        with transaction.atomic():
            owed(now)
            transaction.set_rollback(True)
        self.work_elsewhere(now)
        assert (sink.taken, Letter.objects.count()) == ([], 0)
