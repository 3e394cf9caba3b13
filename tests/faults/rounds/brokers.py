"""A broker that is stopped, killed, emptied, made to forget and frozen, while the desk books: F9-F11."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.utils import timezone

from clinic.outbox.models import Letter
from patients.models import Patient
from tests.faults.harness.desk import Answer, Desk
from tests.faults.harness.invariants import Account, all_sent
from tests.faults.harness.processes import Process
from tests.faults.harness.world import CONTROL, GIVEN, RECOVERY, TOMORROW, World, task_name
from tests.journeys.running import until

#: How long it is gone or stands still, in seconds.
GONE: Final = 1.0
#: A press that asked the frozen broker itself stood for more than this; one that asks nobody is done in a moment.
BLOCKED_FOR: Final = 30


def _stop(world: World) -> None:
    world.broker.stop()


def _kill(world: World) -> None:
    world.broker.kill()


def _empty(world: World) -> None:
    world.broker.client.flushall()


def _forget(world: World) -> None:
    """Make it forget what it holds for want of room, as one that is no broker's own does."""
    world.broker.client.config_set("maxmemory-policy", "allkeys-lru")
    world.broker.client.config_set("maxmemory", "2mb")
    for number in range(200):
        world.broker.client.set(f"other{number}", "x" * 20_000)


def _freeze(world: World) -> None:
    assert world.broker.process
    world.broker.process.freeze()


def _start_again(world: World) -> None:
    world.broker.start()


def _nothing(_world: World) -> None:
    """It is there."""


def _make_room(world: World) -> None:
    world.broker.client.config_set("maxmemory", "0")
    world.broker.client.config_set("maxmemory-policy", "noeviction")


def _thaw(world: World) -> None:
    assert world.broker.process
    world.broker.process.thaw()


Step = Callable[[World], None]
#: By name: what is done to the broker, and how it comes back.
FAULTS: Final[dict[str, tuple[Step, Step]]] = {
    "F9 broker stopped, empty again": (_stop, _start_again),
    "F9 broker killed, empty again": (_kill, _start_again),
    "F10 broker emptied": (_empty, _nothing),
    "F10 broker forgets": (_forget, _make_room),
    "F11 broker frozen": (_freeze, _thaw),
}
CONFIRMATIONS: Final = "visits booked meanwhile"
IN_HAND: Final = "F9 broker gone, a letter in hand"
FROZEN: Final = "F11 broker frozen"
BLOCKED: Final = "from clinic.celery import app; app.send_task('clinic.outbox.tasks.deliver_due')"


@dataclass
class Told:
    """What came of the letters, the presses of the desk, the processes and the controls."""

    accounts: dict[str, Account] = field(default_factory=dict)
    presses: dict[str, Answer] = field(default_factory=dict)
    controls: dict[str, Account] = field(default_factory=dict)
    control_still_waits: bool = False
    workers_live: bool = False


def played(world: World, desk: Desk, *, gone: float = GONE) -> Told:
    """One after the other; after each the letters owed before and during it must go, with nobody helping."""
    told, patients = Told(), [desk.patient() for _ in FAULTS]
    healthy, reader, beat = world.healthy(), world.worker(world.name_for("reader")), world.beat()
    world.ready(healthy, reader)
    in_queue, in_hand = _Controls(world), _InHand(world)
    for (name, (breaks, heals)), patient in zip(FAULTS.items(), patients, strict=True):
        reader.freeze()  # what it is asked for lies in the broker
        letters = world.owe(name, many=3)
        world.ask(reader.name, *letters)
        in_queue.put(name)
        breaks(world)
        time.sleep(gone)
        told.presses[name] = desk.press(patient, desk.form())
        letters += world.owe(name, many=2)
        if name == FROZEN:
            told.control_still_waits = _still_waits(world)
        reader.thaw()
        heals(world)
        world.settle(letters)
        told.accounts[name] = world.account(letters)
    told.workers_live = healthy.lives and reader.lives and beat.lives
    told.accounts[IN_HAND] = in_hand.account()
    told.accounts[CONFIRMATIONS] = _confirmations(world, patients)
    told.controls = in_queue.account()
    world.end(healthy, reader, beat)
    return told


class _InHand:
    """A worker that stands with a letter in hand while all that happens to the broker."""

    def __init__(self, world: World) -> None:
        self.world, name = world, world.name_for("holder")
        self.worker = world.worker(name, environment=world.gates(GIVEN, name))
        world.ready(self.worker)
        self.letters = world.owe(IN_HAND)
        world.ask(name, *self.letters)
        world.reached(name)

    def account(self) -> Account:
        """Let it go on, and ask it for one more."""
        due_at = timezone.now() + TOMORROW
        self.world.gate(self.worker.name).touch()
        more = self.world.owe(IN_HAND, due_at=due_at)
        self.world.ask(self.worker.name, *more, task=task_name("early"))
        self.letters += more
        until(partial(_all_ended, self.letters), seconds=RECOVERY, what="the holder to work on")
        self.world.end(self.worker)
        return self.world.account(self.letters, now=due_at)


class _Controls:
    """Letters whose only memory is the broker: a task in a queue that somebody reads afterwards."""

    def __init__(self, world: World) -> None:
        self.world, self.due_at = world, timezone.now() + TOMORROW
        self.queue = world.name_for(CONTROL)
        self.letters: dict[str, list[Letter]] = {}

    def put(self, name: str) -> None:
        """Ask for one before the fault; the queue is all that knows."""
        self.letters[name] = self.world.owe(name, due_at=self.due_at)
        self.world.ask(self.queue, *self.letters[name], task=task_name("early"))

    def account(self) -> dict[str, Account]:
        """Let a worker read the queue to its end: what was put last was not in it during the losses, and arrives."""
        worker = self.world.worker(self.queue)
        self.world.ready(worker)
        until(partial(all_sent, self.letters[FROZEN]), seconds=90, what="what the queue still holds")
        self.world.end(worker)
        return {name: self.world.account(owed, now=self.due_at) for name, owed in self.letters.items()}


def _still_waits(world: World) -> bool:
    """Whether a request that talked to the broker itself would still be waiting after three seconds."""
    asking: Process = world.start(f"{CONTROL}-asks", "-c", BLOCKED)
    time.sleep(3)
    waits = asking.lives
    world.end(asking)
    return waits


def _confirmations(world: World, patients: list[Patient]) -> Account:
    """What became of the letters about the visits that were booked meanwhile."""
    letters = [Letter.objects.of_kind("appointment_confirmed").for_person(patient).get() for patient in patients]
    until(partial(_all_ended, letters), seconds=RECOVERY, what="the confirmations to go")
    return world.account(letters)


def _all_ended(letters: list[Letter]) -> bool:
    return not Letter.objects.live().filter(pk__in=[letter.pk for letter in letters]).exists()
