"""How long a sweep takes over a million follow-ups and a million letters, beside the plain SQL that does the same."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg2
from django.db import connection, transaction

from clinic.embedded.home import OWNER_ROLE
from clinic.outbox import delivery
from scheduling import following_up

ROWS, ROUNDS = 1_000_000, 7

#: Rows without the plans and sessions they belong to: a sweep reads none of them. A third waits, each day some 400.
FOLLOW_UPS = """
    INSERT INTO scheduling_followup (public_id, plan_id, patient_id, location_id, session_id, cycle, earliest_on,
        book_by_on, window_basis, state, reason, "where", next_step, next_step_on, opened_at, closed_at, version)
    SELECT gen_random_uuid(), n + 10000000, n, %(location)s, n, 1, %(today)s::date + n %% 800,
        %(today)s::date + n %% 800, '',
        CASE n %% 3 WHEN 0 THEN 'pending' ELSE 'done' END, CASE n %% 3 WHEN 0 THEN '' ELSE 'treated' END,
        CASE n %% 3 WHEN 0 THEN 'letters' ELSE 'closed' END, 1,
        CASE n %% 3 WHEN 0 THEN %(today)s::date + n %% 800 END, now(), CASE n %% 3 WHEN 0 THEN NULL ELSE now() END, 1
    FROM generate_series(1, %(rows)s) n
"""
LETTERS = """
    INSERT INTO outbox_letter (public_id, letter, about_type, about_public_id, edition, step, channel,
        person_public_id, priority, state, due_at, attempt, max_attempts, claimed_by, reason, reason_text, "where",
        last_error, language, message_id, sent_to, subject_sent, text_sent, html_sent)
    SELECT gen_random_uuid(), 'follow_up_due', 'scheduling.followup', gen_random_uuid(), '1', '1', 'email',
        gen_random_uuid(), 5, 'queued', %(now)s::timestamptz + (n - 1000) * interval '1 minute', 0, 12, '', '', '', '',
        '', '', '', '', '', '', ''
    FROM generate_series(1, %(rows)s) n
"""
SWEEP = (
    """
    UPDATE scheduling_followup SET "where" = 'call_list', reason = 'no_answer', next_step_on = NULL,
        version = version + 1
    WHERE state IN ('pending', 'reminded') AND "where" = 'letters' AND next_step_on <= %(today)s
    """,
    """
    UPDATE scheduling_followup f SET state = 'pending', "where" = 'call_list', reason = 'visit_gone_by',
        next_step_on = NULL, version = version + 1
    WHERE state = 'booked' AND NOT EXISTS (SELECT 1 FROM scheduling_appointment a WHERE a.follow_up_id = f.id
            AND a.state IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed')
            AND a.ends_at > %(now)s::timestamptz - interval '1 day')
        AND NOT EXISTS (SELECT 1 FROM treatments_injectionsession s WHERE s.plan_id = f.plan_id AND s.signed_at IS NULL)
    """,
)
DUE = """
    SELECT id, letter, priority FROM outbox_letter WHERE state = 'queued' AND due_at <= %(now)s
    ORDER BY priority, due_at, id LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the same work took by the app and by plain SQL, ms; and how many rows it found."""

    name: str
    app: float
    plain: float
    rows: int

    @property
    def ratio(self) -> float:
        """Plain SQL's time by the app's: 1 is as fast."""
        return self.plain / self.app


def load(location: int, now: datetime) -> None:
    """A million of each, as the owner, without the foreign keys that would want a million plans."""
    settings = connection.settings_dict
    owner = psycopg2.connect(host=settings["HOST"], user=OWNER_ROLE, dbname=settings["NAME"])
    with owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'scheduling_followup'::regclass"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE scheduling_followup DROP CONSTRAINT {name}")
        cursor.execute("ALTER TABLE scheduling_followup DISABLE TRIGGER USER")
        facts = {"location": location, "today": now.date(), "now": now, "rows": ROWS}
        cursor.execute(FOLLOW_UPS, facts)
        cursor.execute("ALTER TABLE scheduling_followup ENABLE TRIGGER USER")
        cursor.execute(LETTERS, facts)
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE scheduling_followup, outbox_letter")
    owner.close()


def compare(now: datetime) -> list[Compared]:
    """Each by turns, in a transaction that is taken back."""

    def plain_sweep() -> int:
        with connection.cursor() as cursor:
            moved = 0
            for statement in SWEEP:
                cursor.execute(statement, {"today": now.date(), "now": now})
                moved += cursor.rowcount
            return moved

    def plain_due() -> int:
        with connection.cursor() as cursor:
            cursor.execute(DUE, {"now": now})
            return len(cursor.fetchall())

    return [
        _by_turns("follow-ups: who goes to the call list", lambda: following_up.sweep(now), plain_sweep),
        _by_turns("letters: which are due", lambda: len(delivery.due_now(now=now)), plain_due),
    ]


def _by_turns(name: str, app: Callable[[], int], plain: Callable[[], int]) -> Compared:
    taken: dict[str, list[float]] = {"app": [], "plain": []}
    found: set[int] = set()
    for turn in range(ROUNDS + 2):
        for who, work in (("app", app), ("plain", plain)):
            with transaction.atomic():
                started = time.perf_counter()
                found.add(work())
                took = (time.perf_counter() - started) * 1000
                transaction.set_rollback(True)
            if turn > 1:
                taken[who].append(took)
    (rows,) = found  # both found the same
    return Compared(name, statistics.median(taken["app"]), statistics.median(taken["plain"]), rows)
