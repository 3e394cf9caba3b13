"""Workers killed in earnest: what was not handed over goes once more, what was is a doubt, nothing goes twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from clinic.outbox import delivery
from clinic.outbox.models import Letter
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[[Letter, str], "Worker"]


class Worker:
    """One delivery in a process of its own, stopped at a faultpoint until told to go on."""

    def __init__(self, letter: Letter, port: int, point: str, gate: Path) -> None:
        self.gate = gate
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.outbox.worker",
                connection.settings_dict["NAME"],
                str(port),
                "deliver",
                str(letter.pk),
            ],
            env={**os.environ, "FAULTPOINTS": f"{point}=wait:{gate}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def reached(self) -> None:
        """Wait until it stands at its faultpoint."""
        mark = Path(f"{self.gate}.reached")
        for _ in range(1200):
            if mark.exists():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        pytest.fail(f"the worker never got there: {self.process.communicate()[1]}")

    def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=10)

    def go_on(self) -> str:
        """Let it go on to its end; what it says came of the letter."""
        self.gate.touch()
        return self.process.communicate(timeout=30)[0].strip()


@pytest.fixture
def start(sink: Sink, settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Start a worker that stops at a faultpoint."""
    started: list[Worker] = []

    def starter(letter: Letter, point: str) -> Worker:
        worker = Worker(letter, settings.EMAIL_PORT, point, tmp_path / f"gate{len(started)}")
        started.append(worker)
        worker.reached()
        return worker

    yield starter
    for worker in started:
        if worker.process.poll() is None:
            worker.kill()


def end_lease(letter: Letter) -> None:
    """Let the lease be over, by the database's clock."""
    Letter.objects.filter(pk=letter.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_crash_f01_between_claim_and_handing_over_goes_once_when_the_lease_ends(
    kind: Reminder, sink: Sink, start: Start
) -> None:
    now = timezone.now()
    letter = owed(now)
    start(letter, "claim.after_commit").kill()
    assert sum(delivery.work(now).values()) == 0  # the lease still runs
    end_lease(letter)
    assert dict(delivery.work(now)) == {"sent": 1}
    letter.refresh_from_db()
    assert (letter.state, letter.attempt) == ("sent", 2)
    assert sink.message_ids == [f"<{letter.public_id}@kadamb.example>"]


def test_crash_after_handing_over_began_is_uncertain_and_is_not_sent_again(
    kind: Reminder, sink: Sink, start: Start
) -> None:
    now = timezone.now()
    letter = owed(now)
    start(letter, "handing_over.after_commit").kill()
    end_lease(letter)
    assert sum(delivery.work(now).values()) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("uncertain", "worker_lost")
    assert list(Letter.objects.needs_a_person()) == [letter]
    assert sink.taken == []


def test_crash_f04_after_the_server_took_it_is_uncertain_and_is_not_sent_again(
    kind: Reminder, sink: Sink, start: Start
) -> None:
    now = timezone.now()
    letter = owed(now)
    start(letter, "data.before_write_back").kill()
    end_lease(letter)
    assert sum(delivery.work(now).values()) == 0
    letter.refresh_from_db()
    assert letter.state == "uncertain"
    assert sink.message_ids == [f"<{letter.public_id}@kadamb.example>"]


def test_crash_f08_worker_asleep_past_its_lease_gives_nothing_when_it_wakes(
    kind: Reminder, sink: Sink, start: Start
) -> None:
    now = timezone.now()
    letter = owed(now)
    slow = start(letter, "claim.after_commit")
    end_lease(letter)
    assert dict(delivery.work(now)) == {"sent": 1}
    assert slow.go_on() == "None"
    letter.refresh_from_db()
    assert (letter.state, letter.attempt) == ("sent", 2)
    assert len(sink.taken) == 1


def test_crash_control_without_a_release_the_letter_waits_for_ever(kind: Reminder, sink: Sink, start: Start) -> None:
    """The control: no release, no letter, however often the sweep runs."""
    now = timezone.now()
    letter = owed(now)
    start(letter, "claim.after_commit").kill()
    end_lease(letter)
    assert delivery.due_now(now=now + timedelta(days=365)) == []
    assert sink.taken == []
