"""Both embedded parts together, started once however many ask at the same time."""

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence

from . import postgres, redis
from .home import Home


@contextlib.contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold the home's start lock: two servers would start without complaint on one socket."""
    with (home.sockets / "start.lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), False)  # the standard library's own signature
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(home: Home, *, tied: bool, postgres_options: Sequence[str] = ()) -> list["subprocess.Popen[bytes]"]:
    """Start what is not running yet, with its roles and database; returns what was started, ready to be used."""
    home.prepare()
    started = []
    with alone(home):
        if not postgres.is_ready(home):
            started.append(postgres.start(home, tied=tied, extra=postgres_options))
        postgres.create_roles(home)
        if not redis.is_ready(home):
            started.append(redis.start(home, tied=tied))
    return started


def stop(home: Home) -> None:
    """Stop both, cleanly."""
    home.prepare()
    with alone(home):
        redis.stop(home)
        postgres.stop(home)


def stop_started(processes: Sequence["subprocess.Popen[bytes]"], *, seconds: float = 20) -> None:
    """Stop only what start() returned: what ran before us goes on."""
    for process in processes:
        process.send_signal(signal.SIGINT)  # fast shutdown for Postgres, a written file for Redis
    for process in processes:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
