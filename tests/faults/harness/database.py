"""A database of one world: a copy of the migrated template under a name of its own, and Django pointed at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests import database


@contextmanager
def a_copy(name: str) -> Iterator[str]:
    """Make it, use it, remove it; the tests' own database is as it was afterwards."""
    before = connection.settings_dict["NAME"]
    database.use(name)
    try:
        yield name
    finally:
        database.drop()
        connection.settings_dict["NAME"] = before
