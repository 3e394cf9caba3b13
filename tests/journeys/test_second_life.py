"""Everything is killed in the middle of its work and started again: what was written is there, no letter goes twice."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.outbox.models import Letter
from tests.journeys.demo import Demo
from tests.journeys.running import running, until
from tests.outbox.sink import Sink
from tests.patients.making import client_of
from tests.scheduling.made import clinic

VISITS = 40
LETTERS = 2 * VISITS
"""Due at once: a confirmation and an invitation each."""
LATER = 3 * VISITS
"""Owed for the days before each visit: two reminders, and the form asked for again."""
KEPT = """
    SELECT (SELECT count(*) FROM patients_patient), (SELECT count(*) FROM scheduling_appointment),
           (SELECT count(*) FROM audit_entry WHERE verb = 'appointment.booked'), (SELECT count(*) FROM outbox_letter)
"""
CELERY = ("celery", "-A", "clinic.celery", "call")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo in a home of its own; what runs in it ends with the test."""
    demo = Demo(tmp_path / "home")
    yield demo
    demo.stop()
    shutil.rmtree(demo.home.sockets, ignore_errors=True)


def test_demo_killed_in_the_middle_of_its_letters_loses_none_and_sends_none_twice(demo: Demo) -> None:
    demo.start()
    demo.call("tests.journeys.owing", str(VISITS))
    before = demo.ask(KEPT)
    assert before == [(VISITS, VISITS, VISITS, LETTERS + LATER)]
    demo.call(*CELERY, "clinic.outbox.tasks.deliver_due")
    until(lambda: len(demo.caught()) >= LETTERS // 5, seconds=240, what="the first letters")
    demo.kill()
    at_the_kill = len(demo.caught())
    assert at_the_kill < LETTERS, "the kill came too late to prove anything"

    assert demo.start() < 30
    assert demo.ask(KEPT) == before
    # A lease of 90 seconds and a minute's wait after a lost connection, without the waiting.
    demo.ask("UPDATE outbox_letter SET lease_until = now() - interval '1 second' WHERE state = 'sending'")
    demo.call(*CELERY, "clinic.outbox.tasks.release_expired")
    until(lambda: not _in(demo, "sending"), seconds=240, what="what the lost worker left to be released")
    demo.ask("UPDATE outbox_letter SET due_at = now() WHERE state = 'queued' AND attempt > 0")
    demo.call(*CELERY, "clinic.outbox.tasks.deliver_due")
    until(lambda: len(_in(demo, "queued")) <= LATER and not _in(demo, "sending"), seconds=240, what="the rest of them")

    uncertain, sent = _in(demo, "uncertain"), _in(demo, "sent")
    assert len(uncertain) + len(sent) == LETTERS
    assert len(uncertain) <= 2  # the worker's two hands
    caught = Counter(_letter_of(message_id) for message_id in demo.caught())
    assert [letter for letter, times in caught.items() if times > 1] == []
    assert set(sent) <= set(caught)
    assert set(caught) <= set(sent) | set(uncertain)


@pytest.mark.django_db(transaction=True)
def test_letter_in_flight_when_all_is_killed_is_uncertain_and_listed(
    post: tuple[Sink, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, smtp_port = post
    here, now = clinic(), timezone.now()
    for clock in ("10:00", "17:00"):
        here.visit(clock, by=None, now=now)
    at_once = Letter.objects.of_kind("appointment_confirmed", "intake_invitation")
    gate = tmp_path / "gate"
    monkeypatch.setenv("FAULTPOINTS", f"data.before_write_back=wait:{gate}")
    with running(tmp_path, smtp_port, with_letters=True) as first:
        first.call_task("clinic.outbox.tasks.deliver_due")
        until(lambda: len(sink.taken) >= 2, seconds=240, what="two letters in flight")
    monkeypatch.delenv("FAULTPOINTS")
    Letter.objects.filter(state="sending").update(lease_until=now)
    with running(tmp_path, smtp_port, with_letters=True) as second:
        second.call_task("clinic.outbox.tasks.release_expired")
        second.call_task("clinic.outbox.tasks.deliver_due")
        until(lambda: not at_once.live().exists(), seconds=240, what="the letters to come to an end")
    assert Counter(at_once.values_list("state", flat=True)) == {"uncertain": 2, "sent": 2}
    assert len(sink.message_ids) == len(set(sink.message_ids)) == 4
    page = client_of(here.desk).get(reverse("scheduling:messages"), {"state": "needs_a_person"}).content.decode()
    assert "2 letters need a person." in page
    assert page.count('<td role="cell" class="c-state"') == 2


def _in(demo: Demo, state: str) -> list[str]:
    rows = demo.ask(f"SELECT public_id::text FROM outbox_letter WHERE state = '{state}'")  # noqa: S608 - our own word
    return [row[0] for row in rows]


def _letter_of(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]
