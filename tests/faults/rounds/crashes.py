"""Workers killed at each step of a letter's way, all at once, while others' letters flow: F1-F8."""

import signal
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from clinic.outbox.models import Letter
from tests.faults.harness.invariants import Account, all_sent
from tests.faults.harness.letters import POISON
from tests.faults.harness.processes import Process
from tests.faults.harness.world import (
    CLAIMED,
    CLINIC,
    DELIVER,
    EARLY,
    GIVEN,
    HANDING_OVER,
    RECOVERY,
    TOMORROW,
    World,
    task_name,
)
from tests.journeys.running import until


def terminate(worker: Process) -> None:
    """Ask it to end, as a deployment does."""
    worker.send(signal.SIGTERM)


def terminate_twice(worker: Process) -> None:
    """Ask it again, as somebody in a hurry does."""
    worker.send(signal.SIGTERM)
    until(lambda: "Warm shutdown" in worker.said, seconds=60, what="the first signal to be heard")
    worker.send(signal.SIGTERM)


def quit_at_once(worker: Process) -> None:
    """Tell it to end without waiting."""
    worker.send(signal.SIGQUIT)


Ending = Callable[[Process], None]
#: By name: where the worker stands, how it is ended, and whose Celery it is.
ENDINGS: Final[Mapping[str, tuple[str, Ending, str]]] = {
    "F1 worker killed, claimed": (CLAIMED, Process.kill, CLINIC),
    "F2 pool process killed, claimed": (CLAIMED, Process.kill_child, CLINIC),
    "F3 worker tree killed, early ack": (CLAIMED, Process.kill, EARLY),
    "F4 killed before DATA": (HANDING_OVER, Process.kill, CLINIC),
    "F4 killed after 250": (GIVEN, Process.kill, CLINIC),
    "F6 SIGTERM, claimed": (CLAIMED, terminate, CLINIC),
    "F6 SIGTERM twice, given": (GIVEN, terminate_twice, CLINIC),
    "F6 SIGQUIT, claimed": (CLAIMED, quit_at_once, CLINIC),
}
SLEEPERS: Final[Mapping[str, str]] = {
    "F8 asleep past its lease, claimed": CLAIMED,
    "F8 asleep past its lease, given": GIVEN,
}
NO_COMMIT: Final = "F5 crash before the commit"
NO_WAKE_UP: Final = "F5 nobody was woken"
POISONED: Final = "F7 letter that kills its workers"
OTHERS: Final = "others meanwhile"


class Crash(Exception):
    """The process that owed it ends here."""


def guarded(world: World, endings: Mapping[str, tuple[str, Ending, str]] = ENDINGS) -> dict[str, Account]:
    """Do all of it to the clinic as it is; what became of each fault's letters."""
    victims = {name: _victim(world, name, point, app=app) for name, (point, _ending, app) in endings.items()}
    sleepers = {name: _victim(world, name, point) for name, point in SLEEPERS.items()}
    healthy = world.healthy()
    letters = _stand(world, victims | sleepers, healthy)
    for worker in sleepers.values():
        worker.freeze()
    for name, worker in victims.items():
        endings[name][1](worker)
    for worker in (victims | sleepers).values():
        world.gate(worker.name).touch()  # who still lives goes on

    letters[NO_WAKE_UP] = world.owe(NO_WAKE_UP)
    letters[NO_COMMIT] = _owed_and_rolled_back(world)
    letters[POISONED] = world.owe(POISONED, POISON)
    Letter.objects.filter(pk=letters[POISONED][0].pk).update(max_attempts=2)
    letters[OTHERS] = world.owe(OTHERS, many=10)
    beat = world.beat()
    world.settle(*letters.values())
    for worker in sleepers.values():
        worker.thaw()
        _ends_its_task(worker)
    accounts = {name: world.account(owed) for name, owed in letters.items()}
    world.end(beat, healthy, *victims.values(), *sleepers.values())
    return accounts


#: The same without the guards: where the task stands, how its worker is ended, which task.
UNGUARDED: Final[Mapping[str, tuple[str, Ending, str]]] = {
    "F1 worker killed, early ack": ("unguarded.before", Process.kill, "early"),
    "F2 pool process killed, no reject on lost": ("unguarded.before", Process.kill_child, "late"),
    "F3 worker tree killed, early ack": ("unguarded.before", Process.kill, "early"),
    "F4 killed after 250, sent blindly": ("unguarded.after", Process.kill_child, "redelivered"),
    "F6 not asked but killed, early ack": ("unguarded.before", Process.kill, "early"),
}
NO_SWEEP: Final = "F5 woken by the deed alone"
NO_CAP: Final = "F7 redelivered without a cap"
NO_FENCE: Final = "F8 asleep, no fence"


def unguarded(world: World) -> Callable[[], dict[str, Account]]:
    """Begin the controls: what the faults do to a clinic whose broker is its only memory. Called, they come to an end.

    Their letters are due tomorrow, so that nobody but the unguarded task sends them; they are judged as of then.
    """
    due_at = timezone.now() + TOMORROW
    victims = {name: _victim(world, name, point) for name, (point, _ending, _task) in UNGUARDED.items()}
    sleeper = _victim(world, NO_FENCE, "unguarded.before")
    poisoned = world.worker(world.name_for("poisoned"))
    tasks = {name: task for name, (_point, _ending, task) in UNGUARDED.items()} | {NO_FENCE: "early"}
    letters = _stand(world, victims | {NO_FENCE: sleeper}, poisoned, tasks=tasks, due_at=due_at)
    sleeper.freeze()
    for name, worker in victims.items():
        UNGUARDED[name][1](worker)
        world.gate(worker.name).touch()  # whoever gets it next is not held up
    letters[NO_SWEEP] = world.owe(NO_SWEEP, due_at=due_at)
    letters[NO_CAP] = world.owe(NO_CAP, POISON, due_at=due_at)
    world.ask(poisoned.name, *letters[NO_CAP], task=task_name("redelivered"))
    again = world.worker("again", queues=",".join(worker.name for worker in victims.values()))
    world.ask(next(iter(victims.values())).name, *letters[NO_FENCE], task=task_name("early"))  # `again` reads there

    def finished() -> dict[str, Account]:
        for name in ("F4 killed after 250, sent blindly", NO_FENCE):
            until(partial(all_sent, letters[name]), seconds=90, what=name)
        world.gate(sleeper.name).touch()
        sleeper.thaw()
        _ends_its_task(sleeper)
        until(lambda: poisoned.said.count(" received") > 2, seconds=90, what="the poison to go on and on")
        accounts = {name: world.account(owed, now=due_at) for name, owed in letters.items()}
        world.end(again, sleeper, poisoned, *victims.values())
        return accounts

    return finished


def _victim(world: World, name: str, point: str, *, app: str = CLINIC) -> Process:
    """A worker on a queue of its own, that stops at a point."""
    queue = world.name_for(name)
    return world.worker(queue, app=app, environment=world.gates(point, queue))


def _stand(
    world: World,
    workers: Mapping[str, Process],
    *others: Process,
    tasks: Mapping[str, str] | None = None,
    due_at: datetime | None = None,
) -> dict[str, list[Letter]]:
    """Owe each worker a letter and let each stop where it is to stop."""
    world.ready(*others, *workers.values())
    letters = {name: world.owe(name, due_at=due_at) for name in workers}
    for name, worker in workers.items():
        world.ask(worker.name, *letters[name], task=task_name(tasks[name]) if tasks else DELIVER)
    for name, worker in workers.items():
        until(partial(_stands, world, worker, letters[name][0]), seconds=2 * RECOVERY, what=f"{name}: to stand there")
    return letters


def _stands(world: World, worker: Process, letter: Letter) -> bool:
    """Whether a worker stands where it is to stop. On a machine so busy that its letter came back first, ask again."""
    came_back = Letter.objects.filter(pk=letter.pk, state="queued", attempt__gte=1, due_at__gt=Now())
    if came_back.update(due_at=Now()):
        world.ask(worker.name, letter)
    return Path(f"{world.gate(worker.name)}.reached").exists()


def _ends_its_task(worker: Process) -> None:
    until(lambda: "succeeded in" in worker.said, seconds=60, what="the sleeper to end its task")


def _owed_and_rolled_back(world: World) -> list[Letter]:
    """A deed that ends between the row and the commit: there is nothing to send."""
    try:
        with transaction.atomic():
            world.owe(NO_COMMIT)
            raise Crash  # noqa: TRY301  # where the process would end
    except Crash:
        return list(Letter.objects.filter(edition=NO_COMMIT))
