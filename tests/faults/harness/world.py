"""One world: a database, a broker, a mail server, and the workers and beats that a fault is done to."""

import itertools
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils import timezone

from clinic.embedded.home import CHECKOUT
from clinic.outbox import registry
from clinic.outbox.models import Letter
from tests.faults.harness import invariants
from tests.faults.harness.broker import Broker
from tests.faults.harness.database import a_copy
from tests.faults.harness.invariants import Account
from tests.faults.harness.letters import GOOD, Notice, owe
from tests.faults.harness.processes import CELERY, Process, python
from tests.faults.harness.sink import Sink
from tests.journeys.running import until

#: Divides the outbox's waits: a lease is 3 s, a conversation 2 s at most, a sweep every 2 s, a release every second.
HASTE: Final = 30
LEASE: Final = 90 / HASTE
SWEEP: Final = 60 / HASTE
#: A fault is got over within so many seconds, by nobody's hands; as it is in a test and as it would be in the clinic.
RECOVERY: Final = 60
#: When a control's letters fall due: no sweep of ours sees them, only the task without guards.
TOMORROW: Final = timedelta(days=1)
#: How the name of a worker begins that works without guards.
CONTROL: Final = "control"
#: Where a worker may be made to stop: it has claimed a letter, says so before DATA, was told 250.
CLAIMED: Final = "claim.after_commit"
HANDING_OVER: Final = "handing_over.after_commit"
GIVEN: Final = "data.before_write_back"
CLINIC: Final = "clinic.celery"
EARLY: Final = "tests.faults.harness.early"
DELIVER: Final = "clinic.outbox.tasks.deliver_one"
SWEEP_TASK: Final = "clinic.outbox.tasks.deliver_due"
NOTHING: Final[Mapping[str, str]] = {}


@dataclass
class World:
    """The servers, the processes, and how to ask them for things."""

    folder: Path
    broker: Broker
    sink: Sink
    database_host: str = ""
    database_port: str = ""
    processes: list[Process] = field(default_factory=list)
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def environment(self, more: Mapping[str, str] = NOTHING) -> dict[str, str]:
        """What processes are told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.harness.settings",
            "INTERVAL_HASTE": str(HASTE),
            "INTERVAL_LETTERS_A_MINUTE": "300",  # as in production; the tests' own is none
            "INTERVAL_LETTERS_A_MINUTE_A_DOMAIN": "60",
            "FAULTS_DATABASE": str(connection.settings_dict["NAME"]),
            "FAULTS_DATABASE_HOST": self.database_host or str(connection.settings_dict["HOST"]),
            "FAULTS_DATABASE_PORT": self.database_port,
            "FAULTS_REDIS": self.broker.url,
            "FAULTS_SMTP": f"{self.sink.host}:{self.sink.port}",
            **more,
        }

    def start(
        self, name: str, *words: str, prefix: Iterable[str] = (), environment: Mapping[str, str] = NOTHING
    ) -> Process:
        """Start a Python process of this world."""
        log = self.folder / f"{name}-{next(self._count)}.log"
        process = Process(name, [*prefix, *python(*words)], environment=self.environment(environment), log=log)
        self.processes.append(process)
        return process

    def worker(
        self, name: str, *, queues: str = "", app: str = CLINIC, concurrency: int = 1, limits: Iterable[str] = (),
        prefix: Iterable[str] = (), environment: Mapping[str, str] = NOTHING,
    ) -> Process:  # fmt: skip
        """Start a Celery worker; it reads the queue of its name where no other is given."""
        words = (*CELERY, app, "worker", "--queues", queues or name, "--concurrency", str(concurrency), "--loglevel",
                 "INFO", "--hostname", f"{name}@%h", *limits)  # fmt: skip
        return self.start(name, *words, prefix=prefix, environment=environment)

    def healthy(self, concurrency: int = 2) -> Process:
        """Start a worker to which nothing happens."""
        return self.worker(self.name_for("healthy"), queues="letters,slow", concurrency=concurrency)

    def beat(self, *options: str, prefix: Iterable[str] = (), environment: Mapping[str, str] = NOTHING) -> Process:
        """Start a beat."""
        words = (*CELERY, CLINIC, "beat", "--pidfile", "", "--loglevel", "INFO", *options)
        return self.start("beat", *words, prefix=prefix, environment=environment)

    def manage(self, *words: str, given: bytes = b"") -> str:
        """Run a command of the clinic to its end, with something on its standard input; what it printed."""
        log = self.folder / f"{words[0]}-{next(self._count)}.log"
        with log.open("wb") as out:
            subprocess.run(
                python("manage.py", *words), cwd=CHECKOUT, env=self.environment(), input=given, stdout=out, stderr=out,
                check=True, timeout=RECOVERY,
            )  # fmt: skip
        return log.read_text()

    def ready(self, *workers: Process) -> None:
        """Wait until workers take tasks."""
        for worker in workers:
            until(partial(_is_up, worker), seconds=RECOVERY, what=f"{worker.name} to be ready")
            assert worker.lives, worker.said

    def owe(
        self, fault: str, *steps: str, many: int = 1, due_at: datetime | None = None, not_after: datetime | None = None
    ) -> list[Letter]:
        """Letters due now, or then: one a step, each so many times."""
        return owe(fault, *(steps or (GOOD,)) * many, due_at=due_at or timezone.now(), not_after=not_after)

    def ask(self, queue: str, *letters: Letter, task: str = DELIVER) -> None:
        """Put a task a letter into a queue, as a sweep does."""
        from clinic.celery import app

        with app.connection_for_write(self.broker.url) as to:
            for letter in letters:
                app.send_task(task, (letter.pk,), queue=queue, connection=to)

    def call(self, task: str, queue: str = "letters") -> None:
        """Ask for a task without arguments, as a beat does."""
        from clinic.celery import app

        with app.connection_for_write(self.broker.url) as to:
            app.send_task(task, queue=queue, connection=to)

    def settle(self, *groups: Iterable[Letter]) -> None:
        """Wait until no letter of these waits for anybody; within the time the clinic allows itself."""
        letters = [letter for group in groups for letter in group]
        soon = timedelta(seconds=RECOVERY)
        until(partial(invariants.are_settled, letters, soon=soon), seconds=RECOVERY, what="the letters to be settled")

    def account(self, letters: Iterable[Letter], *, now: datetime | None = None) -> Account:
        """What became of them by now, or by then."""
        return invariants.account(self.sink, letters, now=now or timezone.now())

    def leaks(self) -> list[str]:
        """Where a patient can be read who must not be; not what the controls say."""
        return [leak for leak in invariants.leaks(self.folder, self.broker, self.sink) if CONTROL not in leak]

    def control_leaks(self) -> list[str]:
        """Where the controls say it: they have no guard against that either."""
        return [leak for leak in invariants.leaks(self.folder, self.broker, self.sink) if CONTROL in leak]

    def name_for(self, what: str) -> str:
        """A name that no other process of this world has: of a worker, of its queue and of its gate."""
        return f"{''.join(filter(str.isalnum, what))}{next(self._count)}"

    def gate(self, name: str) -> Path:
        """A file that a faultpoint waits for; `.reached` beside it says that it waits."""
        return self.folder / f"gate-{name}"

    def reached(self, *names: str) -> None:
        """Wait until a worker stands at each of these gates."""
        for name in names:
            mark = Path(f"{self.gate(name)}.reached")
            until(mark.exists, seconds=RECOVERY, what=f"a worker to stand at {name}")

    def gates(self, point: str, name: str) -> dict[str, str]:
        """The environment of a worker that is to stop at a point, until the gate of that name is there."""
        return {"FAULTPOINTS": f"{point}=wait:{self.gate(name)}"}

    def end(self, *processes: Process) -> None:
        """Kill these, or all."""
        for process in processes or tuple(self.processes):
            if process.lives:
                process.kill()
        self.processes = [process for process in self.processes if process.lives]


@contextmanager
def a_world(folder: Path, database: str, *, broker: Broker | None = None, sink: Sink | None = None) -> Iterator[World]:
    """A world of its own; everything that was started in it is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(a_copy(database))
        stack.enter_context(_known_letter())
        world = World(folder, broker or Broker(folder / "redis"), sink or Sink(folder / "smtp"))
        stack.callback(world.broker.kill)
        stack.callback(world.sink.kill)
        stack.callback(world.end)
        world.broker.start()
        world.sink.start()
        yield world


def _is_up(worker: Process) -> bool:
    return " ready." in worker.said or not worker.lives


@contextmanager
def _known_letter() -> Iterator[None]:
    registry.forget(Notice.slug)
    registry.register(Notice())
    try:
        yield
    finally:
        registry.forget(Notice.slug)


def task_name(unguarded: str) -> str:
    """The name of one of the tasks without guards."""
    return f"tests.faults.harness.tasks.{unguarded}"
