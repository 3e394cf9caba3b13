"""How fast one worker process hands letters over, beside a bare smtplib loop on one connection; and what it weighs."""

import contextlib
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection
from django.utils import timezone

from clinic.outbox import deeds
from clinic.outbox.models import Letter
from clinic.outbox.refs import Owed
from scheduling.models import Appointment
from tests.ports import free_port

KIND = "appointment_confirmed"
LETTERS, BARE, MANY = 1000, 400, 20_000
WARM = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Letters a second: a worker's with one process and with two, and bare smtplib's before and after them."""

    one: float
    two: float
    bare: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Megabytes of the worker and its child: after the first letters, and after the last."""

    before: float
    after: float
    letters: int
    seconds: float

    @property
    def growth(self) -> float:
        """In percent."""
        return (self.after / self.before - 1) * 100


@contextlib.contextmanager
def sink(milliseconds: int) -> Iterator[int]:
    """A mail server that takes a letter in so long, on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.sink", str(port), str(milliseconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def worker(port: int, environment: dict[str, str], log: Path, *, processes: int = 1) -> Iterator[psutil.Process]:
    """One Celery worker with so many processes in its pool, never renewed, beside a beat."""
    environment = environment | {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "INTERVAL_SMTP_PORT": str(port)}
    celery = [sys.executable, "-m", "celery", "-A", "clinic.celery"]
    commands = (
        [*celery, "worker", "--queues", "letters,slow", "--concurrency", str(processes), "--loglevel", "WARNING",
         "--max-tasks-per-child", "1000000", "--without-gossip", "--without-mingle"],
        [*celery, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--loglevel", "WARNING"],
    )  # fmt: skip
    with log.open("ab") as out:
        started = [subprocess.Popen(command, env=environment, stdout=out, stderr=out) for command in commands]
    try:
        yield psutil.Process(started[0].pid)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def owe(number: int, visit: Appointment, *, now: datetime) -> None:
    """So many confirmations of one visit, told apart by their step: real ones, asked again and rendered."""
    edition = str(visit.sequence)
    first = Letter.objects.of_kind(KIND).count()
    deeds.owe_many([
        Owed(letter=KIND, about=visit, person=visit.patient, due_at=now, edition=edition, step=f"bench {first + step}")
        for step in range(number)
    ])  # fmt: skip


def speed(visit: Appointment, environment: dict[str, str], log: Path, *, milliseconds: int) -> Speed:
    """Hand over a thousand letters, and some by smtplib alone before and after."""
    with sink(milliseconds) as port:
        bare, taken = [_bare(port)], []
        for processes in (1, 2):
            start = _sent()
            owe(LETTERS, visit, now=timezone.now())
            with worker(port, environment, log, processes=processes):
                taken.append(_time_between(lambda: _sent() - start, first=LETTERS // 10, last=LETTERS))  # noqa: B023 - asked in this turn
            bare.append(_bare(port))
    one, two = (LETTERS * 0.9 / seconds for seconds in taken)
    return Speed(one=one, two=two, bare=sum(bare) / len(bare))


def weight(visit: Appointment, environment: dict[str, str], log: Path) -> Weight:
    """Weigh a worker over twenty thousand letters, to a mail server that answers at once."""
    start = _sent()
    with sink(0) as port:
        owe(MANY, visit, now=timezone.now())
        with worker(port, environment, log) as process:
            _wait_for(lambda: _sent() - start >= WARM, every=1)
            before, since = _megabytes(process), time.monotonic()
            _wait_for(lambda: _sent() - start >= MANY, every=1)
            return Weight(before=before, after=_megabytes(process), letters=MANY, seconds=time.monotonic() - since)


def _bare(port: int) -> float:
    letter = Letter.objects.of_kind(KIND).exclude(text_sent="").first()
    body = (letter.text_sent + letter.html_sent if letter else "x" * 12_000).encode()
    with smtplib.SMTP("127.0.0.1", port) as client:
        started = time.perf_counter()
        for _ in range(BARE):
            client.sendmail("clinic@interval.example", ["somebody@patients.example"], b"Subject: x\r\n\r\n" + body)
        return BARE / (time.perf_counter() - started)


def _megabytes(process: psutil.Process) -> float:
    parts: list[Any] = [process, *process.children(recursive=True)]
    return float(sum(part.memory_full_info().uss for part in parts) / 2**20)


def _sent() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_letter WHERE letter = %s AND state = 'sent'", [KIND])
        return int(cursor.fetchone()[0])


def _time_between(count: Callable[[], int], *, first: int, last: int) -> float:
    _wait_for(lambda: count() >= first)
    begun, had = time.perf_counter(), count()
    _wait_for(lambda: count() >= last)
    return (time.perf_counter() - begun) * (last - first) / (last - had)


def _wait_for(done: Callable[[], bool], *, every: float = 0.05) -> None:
    """Ask until it is so; each question is work for the database, so where the moment does not matter ask seldom."""
    deadline = time.monotonic() + 3600
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(settings.HOME.folder)
        time.sleep(every)
