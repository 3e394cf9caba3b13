"""The process manager: starts the demo's parts, starts again what died, stops all of it, leaves nothing behind."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .unprivileged import tied_to_us

STOP_SECONDS = 12  # in all, with Postgres and Redis afterwards, below the 30 that Ctrl-C may take
RESTARTS = 5  # of one process within RESTART_WINDOW; more is a fault that starting again does not mend
RESTART_WINDOW = 120
LOG_BYTES = 5_000_000


class StopAsked(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


class KeepsDying(Exception):
    """A process ends again and again; the text names it and where it said why."""


@dataclass
class Process:
    """One program of the demo. `dies_by` is what the kernel sends it when the manager itself is killed."""

    name: str
    command: Sequence[str]
    dies_by: str
    log: Path
    child: "subprocess.Popen[bytes] | None" = None
    started_at: list[float] = field(default_factory=list)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the manager, who stops things in order."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as out:
            self.child = subprocess.Popen(
                [*tied_to_us(self.dies_by), *self.command],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.started_at = [at for at in self.started_at if time.monotonic() - at < RESTART_WINDOW] + [time.monotonic()]

    @property
    def has_ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self.child is not None and self.child.poll() is not None

    def signal(self, number: int) -> None:
        """Send the signal, if it runs."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(number)

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self.child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


class Manager:
    """Runs the processes until it is asked to stop."""

    def __init__(self, processes: Sequence[Process], environment: Mapping[str, str], kept: Path) -> None:
        self.processes = list(processes)
        self.environment = environment
        self.kept = kept

    def start(self) -> None:
        """Start each, in order."""
        for process in self.processes:
            process.start(self.environment)
        self._remember()

    def watch(self, also: Callable[[], None]) -> None:
        """Start again what ends, until StopAsked. `also` is called each second. Raises KeepsDying."""
        while True:
            for process in self.processes:
                if process.has_ended:
                    if len(process.started_at) > RESTARTS:
                        times = len(process.started_at)
                        raise KeepsDying(f"{process.name} ended {times} times: see {process.log}")
                    print(f"{process.name} ended; starting it again", flush=True)
                    process.start(self.environment)
                    self._remember()
            also()
            time.sleep(1)

    def stop(self) -> None:
        """Ask each to finish, last started first; end what does not within STOP_SECONDS."""
        for process in reversed(self.processes):
            process.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while (
            any(process.child and not process.has_ended for process in self.processes) and time.monotonic() < deadline
        ):
            time.sleep(0.05)
        for process in self.processes:
            process.kill()
        self.kept.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what an earlier manager could not stop, where the kernel did not: by number and time of birth."""
        with contextlib.suppress(OSError, ValueError):
            for number, born_at in json.loads(self.kept.read_text()):
                with contextlib.suppress(psutil.Error):
                    process = psutil.Process(number)
                    if process.create_time() == born_at:
                        os.killpg(number, signal.SIGKILL)
                        process.wait(5)

    def _remember(self) -> None:
        running = [process.child.pid for process in self.processes if process.child and process.child.poll() is None]
        known = []
        for number in running:
            with contextlib.suppress(psutil.Error):
                known.append((number, psutil.Process(number).create_time()))
        self.kept.write_text(json.dumps(known))
