"""Once, however many try at once: each race with a control that shows what the guard is for."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection

from clinic.outbox import deeds, delivery
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from tests.outbox.kinds import Reminder, owed
from tests.outbox.owner import as_owner, execute
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

RUNNERS = 8
T = TypeVar("T")


def all_at_once(run: Callable[[], T], runners: int = RUNNERS) -> list[T]:
    """Run it in so many threads, each with a connection of its own, from one starting shot."""
    ready = threading.Barrier(runners)

    def runner() -> T:
        try:
            connection.ensure_connection()
            ready.wait(10)
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(runners) as pool:
        return [future.result(30) for future in [pool.submit(runner) for _ in range(runners)]]


def test_planners_in_parallel_owe_each_letter_once(now: datetime) -> None:
    visits = [Ref("tests.visit", uuid4()) for _ in range(20)]
    person = uuid4()
    found = all_at_once(lambda: [owed(now, about=visit, person=person).pk for visit in visits])
    assert Letter.objects.count() == 20
    assert {tuple(pks) for pks in found} == {tuple(Letter.objects.order_by("pk").values_list("pk", flat=True))}


def test_planners_without_the_key_owe_it_more_than_once(now: datetime) -> None:
    """The control."""
    with as_owner():
        execute("ALTER TABLE outbox_letter DROP CONSTRAINT letter_owed_once")
    visits = [Ref("tests.visit", uuid4()) for _ in range(20)]
    person = uuid4()

    def plan() -> None:
        for visit in visits:
            if not Letter.objects.about(visit).exists():
                Letter(letter="test_reminder", about_type=visit.type, about_public_id=visit.public_id,
                       person_public_id=person, due_at=now).save()  # fmt: skip

    all_at_once(plan)
    assert Letter.objects.count() > 20


def test_claimers_in_parallel_take_each_letter_once(now: datetime) -> None:
    letters = [owed(now).pk for _ in range(50)]
    claims = all_at_once(lambda: [pk for pk in letters if delivery.claim(pk, now=now)])
    assert sorted(pk for taken in claims for pk in taken) == letters
    assert set(Letter.objects.values_list("state", "attempt")) == {("sending", 1)}


def test_claimers_that_look_first_take_letters_twice(now: datetime) -> None:
    """The control: the same without the condition in the UPDATE."""
    letters = [owed(now).pk for _ in range(50)]

    def look_then_leap() -> list[int]:
        taken = []
        for pk in letters:
            if Letter.objects.get(pk=pk).state == "queued":
                Letter.objects.filter(pk=pk).update(state="sending", attempt=1, claimed_by="me", lease_until=now)
                taken.append(pk)
        return taken

    claims = all_at_once(look_then_leap)
    assert sum(len(taken) for taken in claims) > 50


def test_workers_in_parallel_send_each_letter_once(kind: Reminder, sink: Sink, now: datetime) -> None:
    for _ in range(40):
        owed(now)
    done = all_at_once(lambda: delivery.work(now), runners=4)
    assert sum(count["sent"] for count in done) == 40
    assert sorted(sink.message_ids) == sorted(
        f"<{row}@kadamb.example>" for row in Letter.objects.values_list("public_id", flat=True)
    )
    assert len(set(sink.message_ids)) == 40


def test_holds_in_parallel_are_one(now: datetime) -> None:
    owed(now)
    all_at_once(lambda: deeds.hold_all(by=None, now=now, reason="restore"))
    assert Letter.objects.get().state == "held"
    assert deeds.is_on_hold()
    close_old_connections()


def test_resends_in_parallel_owe_one_new_edition(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now)
    delivery.deliver(letter.pk, now=now)
    again = all_at_once(lambda: deeds.resend(letter, by=None, now=now).edition)
    assert set(again) == {"1~resend1"}
    assert Letter.objects.count() == 2
