"""What the database says at the end of the year, as plain SQL: each letter's end, and where each patient waits."""

import json
from pathlib import Path
from typing import Any

from django.db import connection

LETTERS = """
    SELECT public_id::text, letter, about_public_id::text, edition, step, person_public_id::text, state, reason,
           "where", due_at, sent_at, ended_at, attempt
    FROM outbox_letter ORDER BY id
"""
FOLLOW_UPS = """
    SELECT f.public_id::text, p.public_id::text AS plan, s.public_id::text AS session,
           f.cycle, f.state, f.reason, f."where", f.earliest_on, f.book_by_on, f.reminder_on
    FROM scheduling_followup f
    JOIN treatments_plan p ON p.id = f.plan_id
    JOIN treatments_injectionsession s ON s.id = f.session_id
    ORDER BY f.id
"""


def dump(folder: Path) -> None:
    """Write both as JSON lines."""
    for name, sql in (("letters", LETTERS), ("follow_ups", FOLLOW_UPS)):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file, connection.cursor() as cursor:
            cursor.execute(sql)
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                facts: dict[str, Any] = dict(zip(columns, row, strict=True))
                file.write(json.dumps(facts, default=str) + "\n")
