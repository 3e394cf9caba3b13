"""The clinic as it runs: web, worker and beat as processes of their own, on one test's database and mail server."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import redis
from django.conf import settings
from django.db import connection

from clinic.embedded.home import CHECKOUT
from clinic.embedded.unprivileged import tied_to_us
from tests.ports import free_port

Found = TypeVar("Found")
FIRST_REDIS = 8  # the numbers below it are other tests'
CELERY = ("-m", "celery", "-A", "clinic.celery")
WEB = ("-m", "gunicorn", "clinic.wsgi:application", "--workers", "2", "--threads", "4", "--no-control-socket",
       "--preload", "--log-level", "warning")  # fmt: skip  # loaded once, for both workers
WORKER = (*CELERY, "worker", "--queues", "letters,slow", "--concurrency", "2", "--loglevel", "WARNING",
          "--without-gossip", "--without-mingle", "--without-heartbeat")  # fmt: skip
BEAT = (*CELERY, "beat", "--pidfile", "", "--loglevel", "WARNING")


@dataclass
class Running:
    """The processes of one test, and what they say."""

    folder: Path
    smtp_port: int
    port: int = field(default_factory=free_port)
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the web answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told: the test's own database, ports and Redis number."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "JOURNEY_DATABASE": connection.settings_dict["NAME"],
            "JOURNEY_REDIS": str(_redis_number()),
            "PORT": str(self.port),
            "INTERVAL_SMTP_PORT": str(self.smtp_port),
        }

    def start(self, name: str, *words: str) -> None:
        """Start one, tied to this test's life; its words go to a log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [*tied_to_us("KILL"), sys.executable, *words],
                    cwd=CHECKOUT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def wait_until_ready(self) -> None:
        """Wait for the web's first answer."""
        web = self.processes[0]
        until(lambda: web.poll() is not None or _answers(f"{self.url}/healthz"), seconds=120, what="the web to answer")
        assert web.poll() is None, f"the web ended: {self.said('web')}"

    def stop(self) -> None:
        """End each with whatever it started, by number."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self.forget()

    def forget(self) -> None:
        """Empty this process's Redis."""
        redis.Redis.from_url(_redis_url()).flushdb()

    def said(self, name: str) -> str:
        """The last lines of a log."""
        log = self.folder / f"{name}.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def manage(self, *words: str) -> str:
        """Run a command to its end beside the processes, as an operator would; returns what it printed."""
        return self._run("manage.py", *words)

    def call_task(self, name: str) -> None:
        """Ask the worker for a task now, as the beat would within a minute."""
        self._run(*CELERY, "call", name)

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(folder: Path, smtp_port: int, *, with_letters: bool) -> Iterator[Running]:
    """The web, and where letters are to go the worker and the beat; all gone afterwards."""
    clinic = Running(folder, smtp_port)
    clinic.forget()
    try:
        clinic.start("web", *WEB, "--bind", f"127.0.0.1:{clinic.port}")
        if with_letters:
            clinic.start("worker", *WORKER)
            clinic.start("beat", *BEAT)
        clinic.wait_until_ready()
        yield clinic
    finally:
        clinic.stop()


def until(found: Callable[[], Found], *, seconds: float, what: str) -> Found:
    """Ask again and again until there is an answer; fail in words when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)
    return answer


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310  # our own loopback address
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _redis_number() -> int:
    return FIRST_REDIS + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8


def _redis_url() -> str:
    return str(settings.REDIS_URL).replace("db=0", f"db={_redis_number()}")
