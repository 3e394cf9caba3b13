"""The mail server's side of the story: what arrived, by Message-ID, whatever the clinic believes."""

import json
import os
import socket
from collections import Counter
from pathlib import Path

from tests.faults.harness.processes import Process, python
from tests.faults.harness.smtp_server import HEALED, TAKEN
from tests.journeys.running import until
from tests.ports import free_port


class Sink:
    """A mail server as a process of its own, and the file it writes."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.host, self.port = folder, host, port or free_port()
        self.process: Process | None = None

    def start(self) -> None:
        """Start it and return when it takes connections."""
        command = python("-m", "tests.faults.harness.smtp_server", self.host, str(self.port), str(self.folder))
        self.process = Process("smtp", command, environment=os.environ, log=self.folder / "smtp.log")
        until(self._answers, seconds=60, what="the mail server to answer")

    def kill(self) -> None:
        """Kill it."""
        if self.process:
            self.process.kill()

    def heal(self) -> None:
        """Let the storm be over."""
        (self.folder / HEALED).touch()

    @property
    def events(self) -> list[dict[str, str]]:
        """All that happened to it, in order."""
        file = self.folder / TAKEN
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def arrived(self) -> Counter[str]:
        """How often each letter arrived, by Message-ID."""
        return Counter(event["message_id"] for event in self.events if event["how"] == "taken")

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1):
                return True
        except OSError:
            return False
