"""First half of an import: each row is read and judged and stands beside the record, not in it.

What is found here is what the report says: a dry run is this half alone. It may be stopped, killed and begun anew.
"""

import csv
import io
import json
import uuid
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count

from clinic.lib.days import day_of
from patients.importing import alike, file
from patients.importing.progress import Progress, take_time
from patients.importing.reading import Reader, Taken, orders_told
from patients.models import Import, ImportKind, ImportRow, RowOutcome

BATCH: Final = 2000
COLUMNS: Final = (
    "of_id", "number", "line", "public_id", "source_key", "outcome", "reason", "facts", "cells",
    "search_name", "born_on", "birth_precision", "phone", "email",
)  # fmt: skip
NEVER_NULL: Final = ("source_key", "reason", "search_name", "birth_precision", "phone", "email")
LONGEST_KEY: Final = 120

TWICE: Final = "stands already in record "
REPEATED = f"""
    UPDATE patients_importrow AS again
    SET outcome = CASE WHEN again.facts = earlier.facts THEN 'known' ELSE 'bad' END,
        reason = CASE WHEN again.facts = earlier.facts THEN '{TWICE}' || earlier.number
            ELSE 'its number stands already in record ' || earlier.number || ', with other facts' END
    FROM (SELECT DISTINCT ON (source_key) source_key, number, facts FROM patients_importrow
        WHERE of_id = %(of)s AND outcome = 'new' ORDER BY source_key, number) AS earlier
    WHERE again.of_id = %(of)s AND again.outcome = 'new' AND again.source_key = earlier.source_key
        AND again.number > earlier.number
"""  # noqa: S608 - no value stands in it
HERE = """
    UPDATE patients_importrow AS staged SET outcome = 'known', reason = ''
    FROM patients_patient AS person
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND person.source_key = staged.source_key
"""
DECIDED = """
    UPDATE patients_importrow AS staged
    SET outcome = 'known',
        reason = CASE earlier.outcome WHEN 'held' THEN 'waits for a decision since an earlier import'
            ELSE 'was decided on at an earlier import' END
    FROM patients_importrow AS earlier JOIN patients_import AS before ON before.id = earlier.of_id
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND earlier.source_key = staged.source_key
        AND earlier.of_id <> staged.of_id AND before.state = 'done'
        AND earlier.outcome IN ('held', 'same', 'another', 'left_out')
"""
LINE_HERE = """
    UPDATE patients_importrow AS staged SET outcome = 'known', reason = ''
    FROM patients_historyitem AS item
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND item.source_key = staged.facts ->> 'source_key'
"""
NOBODY = """
    UPDATE patients_importrow AS staged SET outcome = 'bad', reason = 'nobody at this location has this number'
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND NOT EXISTS (
        SELECT FROM patients_patient AS person
        WHERE person.source_key = staged.source_key AND person.location_id = %(location)s)
"""

# What is kept by law is read and not written; a number of a record that was merged into it is its own.
KEPT = """
    WITH RECURSIVE kept AS (
        SELECT id FROM patients_patient WHERE restricted_at IS NOT NULL
        UNION SELECT part.id FROM patients_patient AS part JOIN kept ON part.merged_into_id = kept.id
    )
    UPDATE patients_importrow AS staged
    SET outcome = 'bad', reason = 'the record with this number is kept by law and closed: nothing is written in it'
    FROM patients_patient AS person
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND person.source_key = staged.source_key
        AND person.id IN (SELECT id FROM kept)
"""


def check(imported: Import, progress: Progress) -> None:
    """Read and judge every row, and note on the import what was found. Raises Unreadable, Cancelled."""
    imported.rows.all().delete()
    reader = Reader.of(imported, day_of(progress.now(), imported.location.zone))
    told: Counter[str] = Counter()
    done = 0
    with file.opened(imported) as opened:
        taken = reader.read(opened)
        while batch := list(islice(taken, BATCH)):
            with transaction.atomic():
                take_time()
                _copy(imported, batch)
            told += orders_told(batch)
            done += len(batch)
            progress.note(done, opened.tell() / max(imported.size, 1), of=(0, 60))
    with transaction.atomic():
        take_time()
        _judge(imported)
    if imported.kind == ImportKind.PEOPLE:
        alike.hold(imported, progress, rows=done)
    told_twice = imported.rows.filter(outcome=RowOutcome.KNOWN, reason__startswith=TWICE).count()
    imported.counts = counted(imported) | {"twice": told_twice}
    imported.counts |= {f"dates_{order}": told[order] for order in ("day", "month", "either")}


def counted(imported: Import) -> dict[str, int]:
    """Return how many rows came out how."""
    return dict(imported.rows.values_list("outcome").annotate(n=Count("id")).order_by())


def _judge(imported: Import) -> None:
    """Find who and what is here already, by the numbers of the other system."""
    questions = [REPEATED, HERE, DECIDED] if imported.kind == ImportKind.PEOPLE else [NOBODY, LINE_HERE, KEPT]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # nobody has counted these rows yet: Postgres would guess one
        for question in questions:
            cursor.execute(question, {"of": imported.pk, "location": imported.location_id})


def _copy(imported: Import, batch: Iterable[Taken]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(_staged(imported, one) for one in batch)
    written.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {ImportRow._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN "  # noqa: SLF001 - Django's documented meta API
            f"WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(NEVER_NULL)}))",
            written,
        )


def _staged(imported: Import, taken: Taken) -> tuple[Any, ...]:
    facts = taken.person.columns() if taken.person else taken.line
    row, compared = taken.row, facts or {}
    born = compared.get("born_on")
    is_readable = facts is not None and len(taken.source_key) <= LONGEST_KEY
    problem = "" if is_readable else taken.problem or "its number is too long"
    return (
        imported.pk, row.number, row.line, uuid.uuid4(), taken.source_key[:LONGEST_KEY],
        RowOutcome.NEW.value if is_readable else RowOutcome.BAD.value, problem or taken.remark,
        json.dumps(facts, default=str, ensure_ascii=False) if is_readable else None,
        json.dumps(row.cells, ensure_ascii=False).replace("\\u0000", ""),
        compared.get("search_name", ""), born, compared.get("birth_precision", ""),
        compared.get("phone", ""), compared.get("email", ""),
    )  # fmt: skip
