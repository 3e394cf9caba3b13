"""Beat and worker in earnest: a real broker, a real worker process, a real mail server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from clinic.celery import app, broker_url
from clinic.outbox import delivery, health, tasks
from clinic.outbox.models import Letter
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker() -> Iterator[str]:
    """A database of the tests' Redis for this process alone, so that no other test's worker reads along."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 8
    address = settings.REDIS_URL.replace("db=0", f"db={number}")
    assert address != settings.REDIS_URL
    redis.Redis.from_url(address).flushdb()
    yield broker_url(address)
    redis.Redis.from_url(address).flushdb()


@pytest.fixture
def worker(broker: str, sink: Sink, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A Celery worker of two processes on the letters queue."""
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "tests.outbox.worker", connection.settings_dict["NAME"], str(settings.EMAIL_PORT)]
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "celery", broker], stdout=out, stderr=out, env=dict(os.environ), start_new_session=True
        )
        try:
            wait_until(lambda: " ready." in log.read_text(), log.read_text)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:  # how a worker ends is not what these tests ask
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)


def wait_until(done: Callable[[], bool], otherwise: Callable[[], object] = str) -> None:
    for _ in range(1200):
        if done():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain: {otherwise()}")


def publish(task: str, broker: str) -> None:
    """Ask for a task as beat does."""
    with app.connection_for_write(broker) as to:
        app.send_task(task, connection=to)


def states() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("state", flat=True))


def test_sweeps_by_several_beats_send_each_letter_once(kind: Reminder, sink: Sink, broker: str, worker: None) -> None:
    now = timezone.now()
    for _ in range(10):
        owed(now)
    owed(now + timedelta(hours=1))
    for _ in range(3):
        publish("clinic.outbox.tasks.deliver_due", broker)
    wait_until(lambda: states() == ["sent"] * 10 + ["queued"], states)
    assert len(sink.message_ids) == len(set(sink.message_ids)) == 10
    assert (health.worker_last_seen() is None, health.beat_last_seen() is None) == (False, False)


def test_sweep_after_the_broker_was_emptied_sends_what_was_asked_for_before(
    kind: Reminder, sink: Sink, broker: str, settings: Settings
) -> None:
    """Before: messages in the broker and no worker. Then the broker forgets them. The table is the schedule."""
    owed(timezone.now())
    publish("clinic.outbox.tasks.deliver_due", broker)
    number = broker.rsplit("=", 1)[1]
    redis.Redis.from_url(settings.REDIS_URL.replace("db=0", f"db={number}")).flushdb()
    assert dict(delivery.work(timezone.now())) == {"sent": 1}


def test_release_runs_as_a_task(kind: Reminder, sink: Sink, broker: str, worker: None) -> None:
    letter = owed(timezone.now())
    assert delivery.claim(letter.pk, now=timezone.now()) is not None
    Letter.objects.update(lease_until=Now() - timedelta(seconds=1))
    publish("clinic.outbox.tasks.release_expired", broker)
    wait_until(lambda: states() == ["queued"], states)


def test_tasks_take_ids_only_and_keep_no_result() -> None:
    assert [task.ignore_result for task in (tasks.deliver_due, tasks.deliver_one, tasks.release_expired)] == [True] * 3
    assert app.conf.accept_content == ["json"]


def test_beat_asks_for_the_sweep_and_the_release() -> None:
    app.loader.import_default_modules()  # as a worker does
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.deliver_due.name, tasks.release_expired.name} <= asked
    assert asked <= set(app.tasks)
