"""Wires between a host and what it needs, which can be cut and mended."""

import contextlib
import signal
import socket

from tests.faults.harness.processes import Process
from tests.faults.harness.world import World
from tests.journeys.running import until
from tests.ports import free_port


class Wire:
    """One relay as a process. Frozen it is cut both ways: what is sent stays underway, no end hears of the other."""

    def __init__(self, world: World, target: str) -> None:
        self.port = free_port()
        self.process: Process = world.start("wire", "-m", "tests.faults.harness.relay", str(self.port), target)
        until(self._is_up, seconds=60, what="the wire to be laid")

    @property
    def address(self) -> str:
        """Its near end."""
        return f"127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Cut it both ways."""
        self.process.freeze()

    def cut_the_way_back(self) -> None:
        """Let words through and no answer."""
        self.process.send(signal.SIGUSR1)

    def mend(self) -> None:
        """Both ways again."""
        self.process.thaw()
        self.process.send(signal.SIGUSR2)

    def _is_up(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False
