"""Sessions are written without waiting for the disk, and nothing else is (decision 66)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clinic.lib.db import sent_ahead
from clinic.lib.sessions import SessionStore
from clinic.outbox.models import Hold


@pytest.fixture
def waiting_for_the_disk() -> Any:
    """Yield what `synchronous_commit` was right after each statement that wrote, by the table."""
    seen: dict[str, str] = {}

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if table := re.search(r'INSERT INTO "(\w+)"', sql):
            with context["connection"].connection.cursor() as raw:
                raw.execute("SHOW synchronous_commit")
                seen[table[1]] = raw.fetchone()[0]
        return answer

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")  # as it is served; the tests' own Postgres waits for nothing
    with connection.execute_wrapper(look):
        yield seen
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")


@pytest.mark.django_db(transaction=True)
def test_session_is_written_without_waiting_and_the_next_deed_waits(waiting_for_the_disk: dict[str, str]) -> None:
    session = SessionStore()
    session["said"] = "booked"
    session.save()
    assert SessionStore(session.session_key)["said"] == "booked"
    Hold.objects.create(started_at=timezone.now(), reason="The mail server moves")
    assert waiting_for_the_disk == {"django_session": "off", "outbox_hold": "on"}


@pytest.mark.django_db(transaction=True)
def test_session_written_inside_a_deed_leaves_the_deed_waiting(waiting_for_the_disk: dict[str, str]) -> None:
    session = SessionStore()
    with transaction.atomic():
        session.save()
    assert waiting_for_the_disk == {"django_session": "on"}


@pytest.mark.django_db
def test_statement_is_sent_ahead_of_the_next_one_and_of_no_other() -> None:
    with connection.cursor() as cursor, sent_ahead("SELECT set_config('interval.turn', %s, true)", ["first"]):
        cursor.execute("SELECT current_setting('interval.turn'), %s", ["its own"])
        assert cursor.fetchone() == ("first", "its own")
        cursor.execute("SELECT set_config('interval.turn', 'second', true)")
        cursor.execute("SELECT current_setting('interval.turn')")
        assert cursor.fetchone() == ("second",)


@pytest.mark.django_db
def test_statement_that_nothing_followed_is_no_silent_loss() -> None:
    """A lock that was never taken must not pass for one that was."""
    with pytest.raises(RuntimeError, match="No statement came"), sent_ahead("SELECT 1"):
        pass
