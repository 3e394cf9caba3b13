"""Hosts cut off from Postgres, from the broker and from the mail server, one way or both, and joined again: F28."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.db import connection
from django.utils import timezone

from tests.faults.harness.invariants import Account, all_sent
from tests.faults.harness.processes import Process
from tests.faults.harness.wires import Wire
from tests.faults.harness.world import CLAIMED, CONTROL, GIVEN, RECOVERY, TOMORROW, World, task_name
from tests.journeys.running import until

UNFENCED: Final = "F28 cut from Postgres, no fence"


@dataclass(frozen=True)
class Host:
    """One worker of one process, all of whose wires can be cut."""

    worker: Process
    wires: dict[str, Wire] = field(default_factory=dict)


#: By name: where the host stands, which wire is cut, and how.
CUTS: Final[dict[str, tuple[str, str, Callable[[Wire], None]]]] = {
    "F28 cut from Postgres": (CLAIMED, "postgres", Wire.cut),
    "F28 cut from Postgres, the way back": (CLAIMED, "postgres", Wire.cut_the_way_back),
    "F28 cut from Postgres, letter given": (GIVEN, "postgres", Wire.cut),
    "F28 cut from the broker": (CLAIMED, "redis", Wire.cut),
    "F28 cut from the mail server": (CLAIMED, "smtp", Wire.cut),
    "F28 cut from the mail server, the way back": (CLAIMED, "smtp", Wire.cut_the_way_back),
}
AFTERWARDS: Final = "asked when it was joined again"


def played(world: World) -> dict[str, Account]:
    """Cut a host each, all at once, when it has claimed a letter; another host goes on. Then join them again."""
    hosts = {name: _host(world, name, point, which) for name, (point, which, _cut) in CUTS.items()}
    control = _host(world, f"{CONTROL}{UNFENCED}", "unguarded.before", "postgres")
    healthy = world.healthy()
    everybody = [*hosts.values(), control]
    world.ready(healthy, *(host.worker for host in everybody))
    letters = {name: world.owe(name) for name in hosts}
    due_at = timezone.now() + TOMORROW
    letters[UNFENCED] = world.owe(UNFENCED, due_at=due_at)
    for name, host in hosts.items():
        world.ask(host.worker.name, *letters[name])
    world.ask(control.worker.name, *letters[UNFENCED], task=task_name("early"))
    world.reached(*(host.worker.name for host in everybody))
    for name, host in hosts.items():
        _point, which, cut = CUTS[name]
        cut(host.wires[which])
    control.wires["postgres"].cut()
    for host in everybody:
        world.gate(host.worker.name).touch()

    world.ask("letters", *letters[UNFENCED], task=task_name("early"))  # what takes over without a lease
    beat = world.beat()
    world.settle(*(owed for name, owed in letters.items() if name in hosts))
    for name, host in hosts.items():
        host.wires[CUTS[name][1]].mend()
    control.wires["postgres"].mend()
    letters[AFTERWARDS] = world.owe(AFTERWARDS, many=len(hosts), due_at=due_at)
    for letter, host in zip(letters[AFTERWARDS], hosts.values(), strict=True):
        world.ask(host.worker.name, letter, task=task_name("early"))
    until(partial(all_sent, letters[AFTERWARDS]), seconds=RECOVERY, what="the hosts to work again")
    until(lambda: "succeeded in" in control.worker.said, seconds=RECOVERY, what="the control to come to its end")
    accounts = {name: world.account(owed, now=due_at) for name, owed in letters.items()}
    world.end(beat, healthy, *(host.worker for host in everybody))
    world.end(*(wire.process for host in everybody for wire in host.wires.values()))
    return accounts


def _host(world: World, name: str, point: str, which: str) -> Host:
    """A host with the one wire that will be cut; the others it has in common with everybody."""
    queue = world.name_for(name)
    database = connection.settings_dict["HOST"]
    targets = {
        "postgres": f"{database}/.s.PGSQL.5432",
        "redis": f"{world.broker.host}:{world.broker.port}",
        "smtp": f"{world.sink.host}:{world.sink.port}",
    }
    wire = Wire(world, targets[which])
    told = {
        "postgres": {"FAULTS_DATABASE_HOST": "127.0.0.1", "FAULTS_DATABASE_PORT": str(wire.port)},
        "redis": {"FAULTS_REDIS": f"redis://{wire.address}/0"},
        "smtp": {"FAULTS_SMTP": wire.address},
    }[which]
    return Host(world.worker(queue, environment={**world.gates(point, queue), **told}), {which: wire})
