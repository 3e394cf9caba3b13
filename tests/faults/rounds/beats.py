"""Beats that are three, that died, that come and go, and clocks that differ and jump: F26 and F27."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from django.db.models.functions import Now
from django.utils import timezone

from clinic.outbox import health
from clinic.outbox.models import Letter
from tests.faults.harness.clocks import jumping, skewed
from tests.faults.harness.invariants import Account
from tests.faults.harness.processes import Process
from tests.faults.harness.world import CLAIMED, CONTROL, RECOVERY, SWEEP, TOMORROW, World, task_name
from tests.journeys.running import until

RELEASE: Final = "clinic.outbox.tasks.release_expired"
DEAD: Final = "F26 beat dead for two hours"
STALE: Final = "F26 beat dead, no longer useful"
THREE: Final = "F26 three beats"
RESTARTING: Final = "F26 beat restarting"
AHEAD: Final = "F27 worker an hour ahead"
BEHIND: Final = "F27 worker an hour behind"
LEASED: Final = "F27 lease that another host's clock ends"
JUMPED: Final = "F27 clock set back an hour, then on a day"
BLIND: Final = "F26 three sweeps, no claim"


@dataclass
class Told:
    """What came of the letters, and what was seen on the way."""

    accounts: dict[str, Account] = field(default_factory=dict)
    oldest_due: timedelta | None = None
    kept_by_its_holder: bool = False
    control_released_it: bool = False
    control_fell_silent: bool = False


def played(world: World) -> Told:
    """First the beats, then the clocks."""
    told = Told()
    hours_ago = timezone.now() - timedelta(hours=2)
    letters = {DEAD: world.owe(DEAD, many=3, due_at=hours_ago)}
    letters[STALE] = world.owe(STALE, many=2, due_at=hours_ago, not_after=hours_ago + timedelta(hours=1))
    told.oldest_due = health.oldest_due_age()
    blind = world.worker(world.name_for(f"{CONTROL}blind"), concurrency=3,
                         environment=world.gates("unguarded.before", "blind"))  # fmt: skip
    clocks = _clocks(world)
    healthy = world.healthy()
    world.ready(blind, healthy, *clocks.values())
    due_at = timezone.now() + TOMORROW
    letters[BLIND] = world.owe(BLIND, due_at=due_at)
    world.ask(blind.name, *letters[BLIND] * 3, task=task_name("early"))

    beats = [world.beat() for _ in range(3)]
    letters[THREE] = world.owe(THREE, many=10)
    world.settle(letters[DEAD], letters[STALE], letters[THREE])
    world.end(*beats)
    letters[RESTARTING] = world.owe(RESTARTING, many=2)
    for _ in range(2):
        coming = world.beat()
        until(partial(_has_asked, coming, 1), seconds=RECOVERY, what="a beat to begin")
        world.end(coming)
    _skew(world, clocks, letters, told)
    world.gate("blind").touch()
    until(lambda: blind.said.count("succeeded in") > 2, seconds=RECOVERY, what="the blind to have sent")
    _jump(world, letters, told)
    told.accounts = {name: world.account(owed) for name, owed in letters.items()}
    world.end(blind, healthy, *clocks.values())
    return told


def _clocks(world: World) -> dict[str, Process]:
    """A worker ahead, one behind, and one whose clock is right and that stands with a claimed letter."""
    held = world.name_for("held")
    return {
        AHEAD: world.worker(world.name_for("ahead"), environment=skewed("+1h")),
        BEHIND: world.worker(world.name_for("behind"), environment=skewed("-1h")),
        LEASED: world.worker(held, environment=world.gates(CLAIMED, held)),
    }


def _skew(world: World, clocks: dict[str, Process], letters: dict[str, list[Letter]], told: Told) -> None:
    """Let each do its part; the letter that is held has a minute left by the database's clock."""
    ahead, holder = clocks[AHEAD], clocks[LEASED]
    for name, worker in clocks.items():
        letters[name] = world.owe(name)
        world.ask(worker.name, *letters[name])
    world.reached(holder.name)
    held = Letter.objects.filter(pk=letters[LEASED][0].pk)
    held.update(lease_until=Now() + timedelta(minutes=1))
    world.call(RELEASE, queue=ahead.name)
    until(lambda: f"{RELEASE}[" in ahead.said.rpartition("succeeded in")[0], seconds=RECOVERY, what="the release")
    told.kept_by_its_holder = held.get().state == "sending"
    world.call(task_name("release_by_host_clock"), queue=ahead.name)
    until(lambda: held.get().state != "sending", seconds=RECOVERY, what="the control to take it away")
    told.control_released_it = True
    world.gate(holder.name).touch()


def _jump(world: World, letters: dict[str, list[Letter]], told: Told) -> None:
    """Set the clock of a beat back, then on; beside it the control, whose scheduler is Celery's."""
    wall = world.folder / "clock"
    wall.write_text("+0\n")
    steady = world.beat(environment=jumping(wall))
    control = world.beat("--scheduler", "celery.beat:Scheduler", environment=jumping(wall))
    for beat in (steady, control):
        until(partial(_has_asked, beat, 1), seconds=RECOVERY, what="a beat to begin")
    letters[JUMPED] = []
    for jump in ("-1h", "+1d"):
        wall.write_text(f"{jump}\n")
        silent_since = control.said.count("Sending due task")
        letters[JUMPED] += world.owe(JUMPED, many=2)
        until(partial(_has_asked, steady, steady.said.count("Sending due task") + 4), seconds=RECOVERY, what="the beat")
        told.control_fell_silent |= control.said.count("Sending due task") <= silent_since + 1
    world.settle(*letters.values())
    time.sleep(SWEEP)  # whatever would come twice comes now
    world.end(steady, control)


def _has_asked(beat: Process, times: int) -> bool:
    return beat.said.count("Sending due task") >= times
