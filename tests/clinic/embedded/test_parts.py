"""Postgres and Redis from wheels: really started, killed and started again."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis as redis_py

from clinic.embedded import parts, postgres, redis
from clinic.embedded.home import APP_ROLE, OWNER_ROLE, Home

PROJECT = Path(__file__).parents[3]
Starter = Callable[[], list["subprocess.Popen[bytes]"]]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home of its own, empty; what runs in it ends with the test."""
    home = Home(tmp_path)
    yield home
    parts.stop(home)
    shutil.rmtree(home.sockets)


@pytest.fixture
def start(home: Home) -> Iterator[Starter]:
    """Starts the parts; the processes are waited for when the test is over."""
    all_started: list[subprocess.Popen[bytes]] = []

    def started() -> list["subprocess.Popen[bytes]"]:
        new = parts.start(home, tied=False)
        all_started.extend(new)
        return new

    yield started
    parts.stop_started(all_started)


def ask(home: Home, role: str, statement: str) -> object:
    """The first value of the first row."""
    connection = psycopg2.connect(host=str(home.sockets), user=role, dbname="interval")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def command(home: Home, word: str) -> "subprocess.CompletedProcess[str]":
    """`python -m clinic.embedded` as make calls it."""
    variables = {"PATH": os.environ["PATH"], "INTERVAL_HOME": str(home.folder)}
    return subprocess.run(
        [sys.executable, "-m", "clinic.embedded", word],
        cwd=PROJECT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_parts_keep_their_data_when_everything_is_killed(home: Home, start: Starter) -> None:
    started = start()
    ask(home, OWNER_ROLE, "CREATE TABLE kept AS SELECT 7 AS number")
    redis_py.Redis.from_url(home.redis_url).set("kept", "7")
    time.sleep(1.2)  # Redis writes its file each second
    for process in started:
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        process.wait()
    # The number in the lock file may be somebody else's by now: here it is this test's parent, who surely lives.
    lock = home.postgres_data / "postmaster.pid"
    _, _, rest = lock.read_text().partition("\n")
    lock.write_text(f"{os.getppid()}\n{rest}")
    again = start()
    assert len(again) == 2
    assert ask(home, OWNER_ROLE, "SELECT number FROM kept") == 7
    assert redis_py.Redis.from_url(home.redis_url).get("kept") == b"7"
    parts.stop_started(again)
    assert not postgres.is_ready(home)
    assert not redis.is_ready(home)


def test_many_who_start_them_at_once_start_them_once(home: Home) -> None:
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: command(home, "start"), range(4)))
    assert [one.returncode for one in ended] == [0, 0, 0, 0]
    servers = [p for p in psutil.process_iter(["cmdline"]) if str(home.postgres_data) in (p.info["cmdline"] or [])]
    assert len(servers) == 1
    assert command(home, "stop").stdout == "Postgres and Redis are stopped\n"
    assert not postgres.is_ready(home)


def test_parts_stop_when_the_manager_that_started_them_is_killed(home: Home) -> None:
    code = (
        "import sys, time; from pathlib import Path; from clinic.embedded import home, parts;"
        "parts.start(home.Home(Path(sys.argv[1])), tied=True); print('ready', flush=True); time.sleep(60)"
    )
    manager = subprocess.Popen([sys.executable, "-c", code, str(home.folder)], cwd=PROJECT, stdout=subprocess.PIPE)
    assert manager.stdout is not None
    assert manager.stdout.readline() == b"ready\n"
    manager.send_signal(signal.SIGKILL)
    manager.communicate()
    deadline = time.monotonic() + 15
    while (postgres.is_ready(home) or redis.is_ready(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (postgres.is_ready(home), redis.is_ready(home)) == (False, False)


def test_roles_are_two_and_neither_is_a_superuser(home: Home, start: Starter) -> None:
    start()
    facts = (
        "SELECT rolsuper::text || rolcreatedb::text || rolcreaterole::text FROM pg_roles WHERE rolname = current_user"
    )
    assert ask(home, OWNER_ROLE, facts) == "falsetruefalse"
    assert ask(home, APP_ROLE, facts) == "falsefalsefalse"
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(home, APP_ROLE, owner) == OWNER_ROLE
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(home, APP_ROLE, "CREATE TABLE mine (number int)")


def test_cluster_that_could_not_be_made_leaves_nothing_half_made(home: Home) -> None:
    making = home.postgres_data.with_name(home.postgres_data.name + ".making")
    making.mkdir(parents=True)
    (making / "PG_VERSION").write_text("18")  # what a killed initdb leaves
    assert command(home, "start").returncode == 0
    assert not making.exists()
