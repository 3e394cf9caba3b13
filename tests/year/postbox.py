"""The near end of the mail server's process: start it, tell it the time and its mood, stop it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from clinic.embedded.home import CHECKOUT


class Postbox:
    """A mail server in a process of its own, which writes what it takes to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.year.post", str(path)],
            cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self.port = int(self._heard())

    def clock(self, now: datetime) -> None:
        """Say what time it is in the clinic."""
        self._say(f"clock {now.isoformat()}")

    def mode(self, mode: str) -> None:
        """Say whether it takes letters: ok, busy, gone."""
        self._say(f"mode {mode}")

    def stop(self) -> None:
        """End it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()

    def _say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        if self._heard() != "done":
            raise RuntimeError(line)

    def _heard(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@contextlib.contextmanager
def postbox(path: Path) -> Iterator[Postbox]:
    """A mail server that writes to this file, until the block ends."""
    box = Postbox(path)
    try:
        yield box
    finally:
        box.stop()
