"""A Redis of one world: stopped, killed, frozen, emptied, started again on the same port."""

import base64
import re
import signal
from collections.abc import Sequence
from pathlib import Path

import redis

from clinic.embedded.redis import binary
from tests.faults.harness.processes import Process
from tests.journeys.running import until
from tests.ports import free_port

BODY = re.compile(rb'"body": ?"([A-Za-z0-9+/=]+)"')


class Broker:
    """One Redis on a port of its own. Started again it is empty."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int | None = None) -> None:
        self.folder, self.host, self.port = folder, host, port or free_port()
        folder.mkdir(exist_ok=True)
        self.process: Process | None = None
        self._starts = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://{self.host}:{self.port}/0"

    @property
    def client(self) -> "redis.Redis":
        """Somebody who asks it, not for long."""
        return redis.Redis(host=self.host, port=self.port, socket_timeout=2, socket_connect_timeout=2)

    def start(self, *options: str) -> None:
        """Start it, empty, and return when it answers; its log of all that is written begins anew."""
        self._starts += 1
        folder = self.folder / str(self._starts)  # the log of what was written stays to be looked through
        folder.mkdir(exist_ok=True)
        command = [
            *(binary(), "--dir", str(folder), "--port", str(self.port), "--bind", self.host, "--save", ""),
            *("--appendonly", "yes", "--maxmemory-policy", "noeviction", "--protected-mode", "no"),
            *options,
        ]
        self.process = Process("redis", command, environment={}, log=self.folder / "redis.log")
        until(self._answers, seconds=60, what="the broker to answer")

    def stop(self) -> None:
        """Ask it to go, as an operator does."""
        assert self.process
        self.process.thaw()
        self.process.send(signal.SIGTERM)
        self.process.wait(10)

    def kill(self) -> None:
        """Kill it."""
        if self.process:
            self.process.kill()

    def written(self) -> bytes:
        """All that was ever written to it, tasks in the clear."""
        logs = b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*.aof")))
        return logs + b"".join(base64.b64decode(body) for body in BODY.findall(logs))

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False


def queued(broker: Broker, *queues: str) -> Sequence[int]:
    """How many messages lie in each queue."""
    return [int(broker.client.llen(queue)) for queue in queues]
