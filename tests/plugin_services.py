"""Before pytest-django reads the settings: tests get an embedded Postgres and Redis of their own, never the demo's.

Loaded by `-p tests.plugin_services`. The parts start with the first run that needs them and stop with the last.
"""

import fcntl
import os
import subprocess
from typing import IO

import pytest

from clinic.embedded import parts
from clinic.embedded.home import CHECKOUT, Home
from clinic.lib.management.commands.prepare_files import compile_catalogue

# A lost test database costs a minute, so it is not made to survive a power cut.
FAST = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_wal_size=512MB",
    "-c",
    "max_connections=150",
    "-c",
    "autovacuum=off",  # its worker is a superuser's: while it looks at a test database the owner cannot drop that
)
# A session is looked up with fourteen tables beside it. Postgres tries so many orders of joining them that it plans for
# 44 ms and reads for one; as written, four at a time, it plans for four. What is measured is planned as in the clinic.
PLANNED_SOON = ("-c", "join_collapse_limit=4")
MEASURED = "tests/bench"
IS_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ  # it inherits what the controller set below

if not IS_XDIST_WORKER:
    os.environ["INTERVAL_HOME"] = str(Home.from_environment(os.environ).folder / "tests")
    os.environ["INTERVAL_MODE"] = "test"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the ORM beside a Playwright page, which runs an event loop

HOME = Home.from_environment(os.environ)
_using: list[IO[str]] = []
_started: list["subprocess.Popen[bytes]"] = []


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start what is not running, and say that this run uses it."""
    if IS_XDIST_WORKER:
        return
    HOME.prepare()
    (HOME.folder / "static").mkdir(exist_ok=True)  # tests collect nothing into it; whitenoise asks for it
    with parts.alone(HOME):
        users = (HOME.sockets / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        _using.append(users)
    for source in (CHECKOUT / "locale").rglob("*.po"):
        compile_catalogue(source)
    is_measured = any(MEASURED in argument for argument in config.args)
    _started.extend(parts.start(HOME, tied=False, postgres_options=FAST if is_measured else (*FAST, *PLANNED_SOON)))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the parts, unless another run uses them."""
    for users in _using:
        try:
            with parts.alone(HOME):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            for process in _started:
                process.returncode = 0  # left to the other run: Popen would warn that it still runs
        else:
            parts.stop(HOME)
            parts.stop_started(_started)
        users.close()
    _using.clear()
