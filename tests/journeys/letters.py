"""What arrived at the mail server, as a person reads it."""

import re
from email.message import EmailMessage

from django.db import connection

from tests.journeys.running import until
from tests.outbox.sink import Sink

LINK = re.compile(r"https?://[^\s<>\"]+")
SWEEPS = 150  # seconds: the undo time, two of the beat's minutes, and a slow machine


def arrived(sink: Sink, subject: str) -> EmailMessage:
    """Wait until a letter with these words in its subject is there; there must be one only."""
    found = until(
        lambda: [letter for letter in sink.taken if subject in str(letter["Subject"])],
        seconds=SWEEPS,
        what=f"a letter about {subject!r}",
    )
    assert len(found) == 1
    return found[0]


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """One of its two bodies."""
    body = letter.get_body((kind,))
    assert body is not None, f"no {kind} part"
    return str(body.get_content())


def links_of(letter: EmailMessage) -> list[str]:
    """The addresses in its text."""
    return LINK.findall(text_of(letter))


def row_counts() -> dict[str, int]:
    """How many rows each table has; worker and beat only touch a row of their own."""
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - the tables' own names
            counts[table] = cursor.fetchone()[0]
    return counts
