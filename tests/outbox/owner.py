"""What only the tables' owner may do, for tests that go round the rights of the app's role."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the owner for a while: the tests' connection is his, stepped down to the app's role."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {settings.APP_DATABASE_ROLE}")


def execute(sql: str) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
