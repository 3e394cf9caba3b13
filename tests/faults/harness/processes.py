"""Processes that a test holds by number: started in a session of their own, killed, stopped and looked into."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from clinic.embedded.home import CHECKOUT
from clinic.embedded.unprivileged import tied_to_us

CELERY = ("-m", "celery", "-A")


class Process:
    """One process with all that it starts, and what it says."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        prefix: Sequence[str] = (),
    ) -> None:
        self.name, self.log = name, log
        with log.open("ab") as out:
            self._popen = subprocess.Popen(
                [*tied_to_us("KILL"), *prefix, *command],
                cwd=CHECKOUT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The number it and its group go by."""
        return self._popen.pid

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text(errors="replace")

    def children(self) -> list[int]:
        """What it started: of a Celery worker, the pool."""
        return [child.pid for child in psutil.Process(self.pid).children(recursive=True)]

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process itself, as an operator does."""
        self._popen.send_signal(number)

    def kill_child(self) -> None:
        """Kill the pool's processes and leave their parent alone, as the kernel does when memory is short."""
        for child in self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait(10)

    def freeze(self) -> None:
        """Let the whole group stand still."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        os.killpg(self.pid, signal.SIGCONT)

    def wait(self, seconds: float) -> int:
        """Wait for its end; what it ended with."""
        return self._popen.wait(seconds)


def python(*words: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *words]
