"""`make run`: the whole clinic on this machine, from an empty folder to a sign-in page; the next time in seconds."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from . import parts, postgres, redis
from .home import CHECKOUT, Home
from .processes import Manager, Process, StopAsked

READY_SECONDS = 60
FREE_BYTES = 300_000_000
DEMO_PATIENTS = 300
ACCOUNTS = ("desk", "clinician", "manager")
PORT_PATIENCE = 6  # seconds in which what was killed a moment ago lets go of its port


class CannotRun(Exception):
    """Why the demo cannot start or go on, in one line."""


def run(home: Home) -> int:
    """Run until Ctrl-C. Returns the exit code; raises CannotRun and the refusals of the embedded parts."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    home.prepare()
    started: list[subprocess.Popen[bytes]] = []
    with _only_manager(home):
        variables = _variables(home)
        manager = Manager(_processes(home, variables), variables, home.folder / "running.json")
        try:
            manager.end_leftovers()
            _refuse_full_disk(home)
            _refuse_taken_ports(home)
            _say("Starting Postgres and Redis")
            started += parts.start(home, tied=True)
            _prepare_data(home, variables)
            _say("Starting web, worker, beat and mail catcher")
            manager.start()
            _wait_until_ready(home, manager)
            _greet(home)
            manager.watch(lambda: started.extend(_keep_parts(home)))
        except StopAsked:
            _say("Stopping")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # asked twice is asked once; what follows is bounded
            manager.stop()
            parts.stop_started(started, seconds=8)
    _say("Stopped; the data is kept")
    return 0


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    raise StopAsked


def _say(words: str) -> None:
    print(words, flush=True)


@contextlib.contextmanager
def _only_manager(home: Home) -> Iterator[None]:
    """The kernel lets go of the lock when the process dies, however it dies."""
    with (home.folder / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                f"Interval already runs from {home.folder}: stop it first, or set INTERVAL_HOME and PORT"
            ) from None
        yield


def _variables(home: Home) -> dict[str, str]:
    """The environment of the children: demo, by name. Makes the secrets on the first run."""
    home.secret("secret_key")
    home.secret("demo_password", 14)
    (home.folder / "demo").write_text(str(home.port))
    (home.folder / "mail").mkdir(mode=0o700, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    return {**inherited, "INTERVAL_MODE": "demo", "INTERVAL_HOME": str(home.folder), "PORT": str(home.port)}


def _processes(home: Home, variables: dict[str, str]) -> list[Process]:
    """What the demo consists of, in the order of starting."""
    python = [sys.executable, "-u"]
    celery = [*python, "-m", "celery", "--workdir", str(CHECKOUT), "-A", "clinic.celery"]
    processes = variables.get("INTERVAL_WEB_PROCESSES", "2")
    web = [*python, "-m", "gunicorn", "clinic.wsgi:application", "--chdir", str(CHECKOUT),
           "--bind", f"127.0.0.1:{home.port}", "--workers", processes, "--threads", "4", "--timeout", "60",
           "--graceful-timeout", "8", "--no-control-socket", "--log-level", "warning"]  # fmt: skip
    worker = [*celery, "worker", "--queues", "letters,slow", "--concurrency", "2", "--loglevel", "INFO",
              "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
    beat = [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"]
    catcher = [*python, str(CHECKOUT / "manage.py"), "catch_mail"]
    # Worker and beat die hard: the outbox is made for it, and a farewell would need a database that goes as well.
    commands = (("mail", catcher, "TERM"), ("web", web, "TERM"), ("worker", worker, "KILL"), ("beat", beat, "KILL"))
    return [Process(name, command, dies_by, home.logs / f"{name}.log") for name, command, dies_by in commands]


def _refuse_full_disk(home: Home) -> None:
    free = shutil.disk_usage(home.folder).free
    if free < FREE_BYTES:
        megabytes, needed = free // 1_000_000, FREE_BYTES // 1_000_000
        raise CannotRun(f"The disk under {home.folder} is full: {megabytes} MB free, {needed} MB needed")


def _refuse_taken_ports(home: Home) -> None:
    wanted = {home.port: "PORT", home.smtp_port: "INTERVAL_SMTP_PORT", home.mail_port: "INTERVAL_MAIL_PORT"}
    deadline = time.monotonic() + PORT_PATIENCE
    for port, name in wanted.items():
        while _is_taken(port):
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"Port {port} is in use: set {name} to a free one, for example {name}={port + 100} make run"
                )
            time.sleep(0.2)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _prepare_data(home: Home, variables: dict[str, str]) -> None:
    """Migrate, load the catalogue, and on the first run make the demo clinic; one interrupted halfway is made anew."""
    seeded, seeding = home.folder / "seeded", home.folder / "seeding"
    if seeding.exists() and not seeded.exists():
        _say("The demo clinic was left half-made: making it anew")
        postgres.drop_database(home)
        postgres.create_roles(home)
    _say("Migrating")
    _manage(home, variables, "migrate", "--verbosity", "0", "--no-input")
    _manage(home, variables, "prepare_files")
    _say("Loading the clinical catalogue")
    _manage(home, variables, "load_catalogue")
    if not seeded.exists():
        _say(f"Making the demo clinic: {DEMO_PATIENTS} invented patients, once")
        seeding.touch()
        _manage(home, variables, "seed_demo", "--patients", str(DEMO_PATIENTS))
        seeded.touch()
        seeding.unlink()


def _manage(home: Home, variables: dict[str, str], command: str, *arguments: str) -> None:
    """Run one command to its end, its words into a log."""
    log = home.logs / f"{command}.log"
    with log.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, str(CHECKOUT / "manage.py"), command, *arguments],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            code = child.wait()
        except StopAsked:
            child.kill()
            child.wait()
            raise
    if code != 0:
        raise CannotRun(f"{command} failed: {_last_line(log)} ({log})")


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"


def _wait_until_ready(home: Home, manager: Manager) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(f"http://127.0.0.1:{home.port}/readyz"):
        for process in manager.processes:
            if process.has_ended:
                raise CannotRun(f"{process.name} does not start: {_last_line(process.log)} ({process.log})")
        if time.monotonic() > deadline:
            raise CannotRun(f"The web does not become ready within {READY_SECONDS} s: see {home.logs / 'web.log'}")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310  # our own loopback address
            return bool(response.status == 200)  # noqa: PLR2004  # OK
    except (OSError, urllib.error.URLError):
        return False


def _keep_parts(home: Home) -> list["subprocess.Popen[bytes]"]:
    """Start Postgres or Redis again if it was killed under us."""
    if (
        (home.sockets / ".s.PGSQL.5432").exists()
        and home.redis_socket.exists()
        and redis.is_ready(home)
        and postgres.is_ready(home)
    ):
        return []
    _say("Postgres or Redis is gone; starting it again")
    return parts.start(home, tied=True)


def _greet(home: Home) -> None:
    """The address and the accounts, each time: nobody remembers where they were written down."""
    _say(f"\nInterval is ready: http://127.0.0.1:{home.port}/")
    _say("Accounts: " + ", ".join(f"{name}@interval.example" for name in ACCOUNTS))
    _say(f"Password: {home.secret('demo_password', 14)}  (kept in {home.folder / 'secrets' / 'demo_password'})")
    _say(f"Letters sent: http://127.0.0.1:{home.mail_port}/   Logs: {home.logs}")
    _say("Ctrl-C stops everything; the data is kept.")
