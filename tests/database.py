"""The test database: made from a template, and made again after each test that commits.

Append-only tables refuse TRUNCATE, so nothing can be flushed. A database is migrated once, by the owner, while no
migration changes; its copy with the catalogue, loaded as the app's role, is the template while no code changes; each
process copies that, in a fraction of a second.
"""

import contextlib
import fcntl
import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.sql
from django.core.management import call_command, get_commands
from django.db import connection, connections

from clinic.embedded.home import CHECKOUT, OWNER_ROLE, Home

MIGRATED = "interval_migrated_"
TEMPLATE = "interval_template_"
KEPT = 4
APPS = ("clinic", "patients", "treatments", "scheduling")
MIGRATIONS_CALL = ("clinic/lib/db.py", "clinic/lib/operations.py")
"""What migrations import and that decides what they make: tests/clinic/test_database.py holds them to it."""


def remake() -> None:
    """Put this process's test database back to what the template holds, whoever is connected to it."""
    name = connection.settings_dict["NAME"]
    connections.close_all()
    with _administrator() as cursor:
        _drop(cursor, name)
        _copy(cursor, name, template())


def drop() -> None:
    """Remove this process's test database."""
    connections.close_all()
    with _administrator() as cursor:
        _drop(cursor, connection.settings_dict["NAME"])


def use(name: str) -> None:
    """Make that database from the template and point Django at it."""
    with _only_one_at_a_time():
        if not _exists(template()):
            _make_template()
    connections.close_all()
    connection.settings_dict["NAME"] = name
    remake()


@functools.cache
def template() -> str:
    """The template's name: another for any change to the code or the data that made it, as the run found them."""
    return TEMPLATE + _digest(file for app in APPS for file in _files(CHECKOUT / app))


@functools.cache
def migrated() -> str:
    """The name of what is migrated only: another for any change to a migration or to what migrations call."""
    own = (file for app in APPS for file in (CHECKOUT / app).rglob("migrations/*.py"))
    return MIGRATED + _digest([*own, *(CHECKOUT / file for file in MIGRATIONS_CALL)])


def _digest(files: Iterable[Path]) -> str:
    made_of = hashlib.sha256((CHECKOUT / "requirements.lock").read_bytes())
    for file in sorted(files):
        made_of.update(f"{file.relative_to(CHECKOUT)}\0".encode() + file.read_bytes())
    return made_of.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("*.py")
    yield from folder.rglob("*.json")


def _make_template() -> None:
    """Copy what is migrated and load the catalogue into it."""
    if not _exists(migrated()):
        with _making(migrated(), MIGRATED, "template0", as_owner=True):
            call_command("migrate", verbosity=0, interactive=False)
    with _making(template(), TEMPLATE, migrated(), as_owner=False):
        if "load_catalogue" in get_commands():
            call_command("load_catalogue", verbosity=0)


@contextlib.contextmanager
def _making(name: str, kind: str, copied_from: str, *, as_owner: bool) -> Iterator[None]:
    """Point Django at a copy that has another name until it is whole; drop the oldest of its kind."""
    making = f"{kind}making"
    settings = connection.settings_dict
    before = {key: settings[key] for key in ("OPTIONS", "NAME")}
    with _administrator() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC OFFSET %s", [f"{kind}%", KEPT]
        )
        for (old,) in cursor.fetchall():
            _drop(cursor, old)
        _drop(cursor, making)
        _copy(cursor, making, copied_from)
    try:
        settings["NAME"] = making
        if as_owner:
            settings["OPTIONS"] = {key: value for key, value in settings["OPTIONS"].items() if key != "options"}
        connection.close()
        yield
    finally:
        connection.close()
        settings.update(before)
    with _administrator() as cursor:
        renamed = psycopg2.sql.SQL("ALTER DATABASE {} RENAME TO {}")
        cursor.execute(renamed.format(*map(psycopg2.sql.Identifier, (making, name))))


def _exists(name: str) -> bool:
    with _administrator() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _copy(cursor: Any, name: str, copied_from: str) -> None:  # psycopg2 is untyped
    statement = psycopg2.sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    cursor.execute(statement.format(*map(psycopg2.sql.Identifier, (name, copied_from))))


def _drop(cursor: Any, name: str) -> None:  # psycopg2 is untyped
    cursor.execute(psycopg2.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg2.sql.Identifier(name)))


@contextlib.contextmanager
def _administrator() -> Iterator[Any]:
    """The owner's role, beside the database that comes and goes."""
    opened = psycopg2.connect(host=connection.settings_dict["HOST"], user=OWNER_ROLE, dbname="postgres")
    opened.autocommit = True
    try:
        with opened.cursor() as cursor:
            yield cursor
    finally:
        opened.close()


@contextlib.contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    from django.conf import settings  # this module may be imported before they are

    home: Home = settings.HOME
    with (home.folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
