"""Mail servers that lie, hang up, fall silent, put off and refuse, all at once, while others' letters flow: F20-F24."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from django.utils import timezone

from clinic.outbox.pacing import TROUBLE
from tests.faults.harness.invariants import Account, all_sent
from tests.faults.harness.letters import ODD
from tests.faults.harness.world import CONTROL, SWEEP, SWEEP_TASK, TOMORROW, World, task_name
from tests.journeys.running import until
from tests.outbox.sink import tarpit

THROWN_AWAY: Final = "F20 250, then thrown away"
STORM: Final = "F23 put off, then healed"
NEVER_GREETED: Final = "F22 never greeted"
#: By name: how the recipients' hosts behave.
MANNERS: Final = {
    THROWN_AWAY: ("discard",),
    "F21 taken, then hung up": ("drop",),
    "F22 taken, then silent": ("hang",),
    STORM: ("storm",) * 12,
    "F24 one recipient of three refused": ("good", "unknown", "good"),
    "F24 letter refused": ("refused",),
    "F24 odd addresses": tuple(ODD),
    "others meanwhile": ("good",) * 10,
}


def guarded(world: World) -> dict[str, Account]:
    """Let the clinic as it is meet all of them; what became of each one's letters."""
    with tarpit() as port:
        stuck = world.worker(world.name_for("stuck"), environment={"FAULTS_SMTP": f"127.0.0.1:{port}"})
        healthy = world.healthy(concurrency=4)
        world.ready(stuck, healthy)
        letters = {NEVER_GREETED: world.owe(NEVER_GREETED)}
        world.ask(stuck.name, *letters[NEVER_GREETED])
        until(lambda: "succeeded in" in stuck.said, seconds=60, what="the worker to be free of the tarpit")
    letters |= {name: world.owe(name, *steps) for name, steps in MANNERS.items()}
    beat = world.beat()
    world.call(SWEEP_TASK)
    until(lambda: put_off(world) >= TROUBLE, seconds=60, what="the storm to be felt")
    time.sleep(2 * SWEEP)  # the storm goes on: sweeps find them, and those that wait are left to wait
    world.sink.heal()
    until(partial(all_sent, letters[STORM]), seconds=60, what="what was put off to be sent")
    world.settle(*letters.values())
    accounts = {name: world.account(owed) for name, owed in letters.items()}
    world.end(beat, stuck, healthy)
    return accounts


def put_off(world: World) -> int:
    """How often the storm answered."""
    return sum(event["how"] == "put off" for event in world.sink.events)


def most_in_a_tenth_of_a_second(world: World) -> int:
    """How many letters the healed server was given at once, at most."""
    times = sorted(float(event["at"]) for event in world.sink.events
                   if event["how"] == "taken" and "@storm." in event["to"])  # fmt: skip
    return max(sum(time <= other < time + 0.1 for other in times) for time in times)


#: The same with one guard less: which letters, by which task.
UNGUARDED: Final = {
    "F21 hung up on, tried again": (("drop",), "retried"),
    "F22 no timeout": (("hang", "good"), "early"),
    "F23 tried again at once": (("storm",), "retried"),
    "F24 refusal told to nobody": (("unknown",), "retried"),
}


def unguarded(world: World) -> Callable[[], dict[str, Account]]:
    """Begin the controls; called, they come to an end. Their letters are due tomorrow: only the task sends them."""
    due_at = timezone.now() + TOMORROW
    workers = {name: world.worker(world.name_for(f"{CONTROL}{name}")) for name in UNGUARDED}
    world.ready(*workers.values())
    letters = {name: world.owe(name, *steps, due_at=due_at) for name, (steps, _task) in UNGUARDED.items()}
    for name, worker in workers.items():
        world.ask(worker.name, *letters[name], task=task_name(UNGUARDED[name][1]))

    def finished() -> dict[str, Account]:
        accounts = {name: world.account(owed, now=due_at) for name, owed in letters.items()}
        world.end(*workers.values())
        return accounts

    return finished
