"""The demo as `make run` starts it, in a home of its own: started, killed, started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from clinic.embedded import parts
from clinic.embedded.home import APP_ROLE, CHECKOUT, Home
from clinic.embedded.unprivileged import tied_to_us
from tests.journeys.running import until
from tests.ports import free_port


@dataclass
class Demo:
    """One home and the process manager that runs in it. The 300 invented patients are left out: their time is not."""

    folder: Path
    home: Home = field(init=False)
    manager: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        """Choose three ports that nobody has, and say that the demo clinic was made."""
        ports: set[int] = set()
        while len(ports) < 3:
            ports.add(free_port())
        self.home = Home(self.folder, *sorted(ports))
        self.home.prepare()
        (self.folder / "seeded").touch()

    @property
    def environment(self) -> dict[str, str]:
        """What `make run` would find, without what the tests said to themselves."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("INTERVAL_", "DJANGO_"))}
        return ours | {
            "INTERVAL_HOME": str(self.folder),
            "PORT": str(self.home.port),
            "INTERVAL_SMTP_PORT": str(self.home.smtp_port),
            "INTERVAL_MAIL_PORT": str(self.home.mail_port),
        }

    def start(self) -> float:
        """Start it and wait until it is ready; returns the seconds it took."""
        began_at = time.monotonic()
        with (self.folder / "run.log").open("ab") as log:
            self.manager = subprocess.Popen(
                [*tied_to_us("INT"), sys.executable, "-m", "clinic.embedded", "run"],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self._is_ready, seconds=300, what="the demo to be ready")
        return time.monotonic() - began_at

    def kill(self) -> None:
        """End all of it at once as a power cut would: the manager, what it started, Postgres and Redis too."""
        assert self.manager is not None
        everything = [psutil.Process(self.manager.pid), *psutil.Process(self.manager.pid).children(recursive=True)]
        for process in everything:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.manager.wait(10)
        psutil.wait_procs(everything, 10)

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        if self.manager is not None and self.manager.poll() is None:
            self.manager.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.manager.wait(30)
            self.manager.kill()
            self.manager.wait(10)
        parts.stop(self.home)

    def call(self, *words: str) -> str:
        """Run a module beside the demo, as the demo; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=CHECKOUT,
            env=self.environment | {"INTERVAL_MODE": "demo"},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database as the app's role; returns the rows, if there are any."""
        connection = psycopg2.connect(host=str(self.home.sockets), user=APP_ROLE, dbname="interval")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def caught(self) -> list[str]:
        """The Message-IDs of what the mail catcher keeps, repeats included."""
        return [str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in self.home.mail.glob("*.eml")]

    def _is_ready(self) -> bool:
        assert self.manager is not None
        log = (self.folder / "run.log").read_text(errors="replace")[-1500:]
        assert self.manager.poll() is None, log
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.home.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False
