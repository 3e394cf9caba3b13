"""Sessions as Django keeps them in the database, written without waiting for the disk (decision 66)."""

from contextlib import nullcontext

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection

from clinic.lib.db import sent_ahead

NOT_WAITING = "SET LOCAL synchronous_commit TO off"


class SessionStore(DatabaseSessions):
    """What a session holds is for minutes: the words after a press, who signed in today.

    A Postgres that dies forgets what was written in its last fifth of a second: somebody signs in once more. What ends
    a session, signing out for one, deletes its row and waits for the disk as every deed does.
    """

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's shape
        """Write it; inside a deed's transaction with that deed."""
        with nullcontext() if connection.in_atomic_block else sent_ahead(NOT_WAITING):
            super().save(must_create)
