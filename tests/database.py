"""The test database: made from a template, and made again after each test that commits.

Append-only tables refuse TRUNCATE, so nothing can be flushed. A template is migrated once, by the owner, and keeps the
catalogue, loaded as the app's role; each process copies it, in a fraction of a second.
"""

import contextlib
import fcntl
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.sql
from django.core.management import call_command, get_commands
from django.db import connection, connections

from clinic.embedded.home import CHECKOUT, OWNER_ROLE, Home

TEMPLATE = "interval_template_"
KEPT_TEMPLATES = 4
APPS = ("clinic", "patients", "treatments", "scheduling")


def remake() -> None:
    """Put this process's test database back to what the template holds, whoever is connected to it."""
    name = connection.settings_dict["NAME"]
    connections.close_all()
    with _administrator() as cursor:
        _drop(cursor, name)
        _copy(cursor, name)


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
    made_of = hashlib.sha256((CHECKOUT / "requirements.lock").read_bytes())
    for app in APPS:
        for file in sorted(_files(CHECKOUT / app)):
            made_of.update(f"{file.relative_to(CHECKOUT)}\0".encode() + file.read_bytes())
    return TEMPLATE + made_of.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("*.py")
    yield from folder.rglob("*.json")


def _make_template() -> None:
    """Migrate as the owner, load the catalogue as the app's role. Under another name until it is whole."""
    making = f"{TEMPLATE}making"
    settings = connection.settings_dict
    options, name = settings["OPTIONS"], settings["NAME"]
    with _administrator() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC OFFSET %s",
            [f"{TEMPLATE}%", KEPT_TEMPLATES],
        )
        for (old,) in cursor.fetchall():
            _drop(cursor, old)
        _drop(cursor, making)
        cursor.execute(
            psycopg2.sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(psycopg2.sql.Identifier(making))
        )
    try:
        settings["NAME"] = making
        settings["OPTIONS"] = {key: value for key, value in options.items() if key != "options"}
        connection.close()
        call_command("migrate", verbosity=0, interactive=False)
        settings["OPTIONS"] = options
        connection.close()
        if "load_catalogue" in get_commands():
            call_command("load_catalogue", verbosity=0)
    finally:
        connection.close()
        settings["NAME"], settings["OPTIONS"] = name, options
    with _administrator() as cursor:
        cursor.execute(
            psycopg2.sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                *map(psycopg2.sql.Identifier, (making, template()))
            )
        )


def _exists(name: str) -> bool:
    with _administrator() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _copy(cursor: Any, name: str) -> None:  # psycopg2 is untyped
    statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
    cursor.execute(
        psycopg2.sql.SQL(statement).format(psycopg2.sql.Identifier(name), psycopg2.sql.Identifier(template()))
    )


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
