"""Second half of an import: the rows that were found good become people, or lines of the history, in one transaction.

Whoever is registered so has what registration by hand gives: a record number, the search columns, a line of history and
a line of the trail. A worker that is killed leaves nothing of it, and the next one begins this half anew.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from uuid import UUID

import pghistory
from django.db import connection, models, transaction

from clinic.audit.trail import record, record_each
from patients import hooks
from patients.importing import file
from patients.importing.progress import Progress, take_time
from patients.importing.staging import KEPT, counted
from patients.models import HistoryItem, Import, ImportKind, ImportState, Patient, RowOutcome

BATCH: Final = 2000
GIVEN_HERE: Final = {"id", "public_id", "record_number", "location_id", "source_key", "registered_at"}
"""What no file says of a person."""

PEOPLE: Final = """
    INSERT INTO patients_patient (public_id, record_number, location_id, source_key, registered_at, {names})
    SELECT staged.public_id, nextval('patients_record_number'), %(location)s, staged.source_key, %(now)s, {values}
    FROM patients_importrow AS staged, jsonb_populate_record(NULL::patients_patient, staged.facts) AS facts
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND staged.number BETWEEN %(first)s AND %(last)s
    ORDER BY staged.number
    ON CONFLICT (source_key) DO NOTHING RETURNING public_id, deceased_on
"""
# A number may be that of a record that was merged since: its lines go to the one that goes on.
LINES: Final = """
    WITH RECURSIVE goes_on (id, survivor) AS (
        SELECT id, merged_into_id FROM patients_patient WHERE merged_into_id IS NOT NULL
        UNION SELECT goes_on.id, next.merged_into_id FROM goes_on JOIN patients_patient AS next
            ON next.id = goes_on.survivor AND next.merged_into_id IS NOT NULL
    ), survivors AS (SELECT goes_on.id, goes_on.survivor FROM goes_on JOIN patients_patient AS last
        ON last.id = goes_on.survivor AND last.merged_into_id IS NULL)
    INSERT INTO patients_historyitem (public_id, patient_id, brought_by_id, recorded_at, {names})
    SELECT staged.public_id, coalesce(survivors.survivor, person.id), %(of)s, %(now)s, {values}
    FROM patients_importrow AS staged
        JOIN patients_patient AS person ON person.source_key = staged.source_key
        LEFT JOIN survivors ON survivors.id = person.id,
        jsonb_populate_record(NULL::patients_historyitem, staged.facts) AS facts
    WHERE staged.of_id = %(of)s AND staged.outcome = 'new' AND staged.number BETWEEN %(first)s AND %(last)s
    ORDER BY staged.number
    ON CONFLICT (source_key) DO NOTHING RETURNING public_id, NULL
"""
EMPTY: Final = """
    UPDATE patients_importrow SET outcome = CASE WHEN public_id = ANY(%(saved)s::uuid[]) THEN 'new' ELSE 'known' END,
        facts = NULL, cells = NULL, search_name = '', born_on = NULL, birth_precision = '', phone = '', email = ''
    WHERE of_id = %(of)s AND outcome IN ('new', 'known') AND number BETWEEN %(first)s AND %(last)s
"""


def save(imported: Import, progress: Progress) -> None:
    """Save all the good rows or nothing. Raises Cancelled."""
    total, now = imported.rows_total, progress.now()
    with ExitStack() as stack:
        if total > BATCH:
            stack.enter_context(progress.from_outside())
        with transaction.atomic():
            take_time()
            _look_at_keys_at_once()
            for first in range(1, total + 1, BATCH):
                with _in_history(imported):
                    _save_batch(imported, first, now)
                progress.note(min(first + BATCH - 1, total), (first + BATCH) / total, of=(0, 100))
            imported.counts = {**_told(imported), **counted(imported)}
            imported.state, imported.saved_at, imported.ended_at = ImportState.DONE, now, now
            file.drop(imported)
            imported.save(update_fields=["counts", "state", "saved_at", "ended_at"])
            detail = {**counted(imported), "kind": imported.kind}
            record(by=imported.by, verb="import.saved", thing=imported, actor=_actor(imported), detail=detail)


def _look_at_keys_at_once() -> None:
    """Look at each key to another row as it is written.

    Kept for the end, they make a list that Postgres walks again for every row whose history is written: at a hundred
    thousand rows that is five sixths of the time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _save_batch(imported: Import, first: int, now: Any) -> None:
    asked = {
        "of": imported.pk, "location": imported.location_id, "now": now, "first": first, "last": first + BATCH - 1,
    }  # fmt: skip
    is_people = imported.kind == ImportKind.PEOPLE
    statement, constants = _people() if is_people else _lines()
    with connection.cursor() as cursor:
        if not is_people:
            cursor.execute(KEPT, asked)  # what was restricted since it was checked
        cursor.execute(statement, asked | constants)
        saved = cursor.fetchall()
        cursor.execute(EMPTY, asked | {"saved": [str(public_id) for public_id, _ in saved]})
    if is_people:
        detail = {"location": str(imported.location.public_id), "import": str(imported.public_id)}
        things = [public_id for public_id, _ in saved]
        record_each(by=imported.by, verb="patient.registered", thing_type=Patient, things=things, detail=detail)
        _tell_of_the_dead(imported, [public_id for public_id, deceased_on in saved if deceased_on], now)


def _tell_of_the_dead(imported: Import, died: list[UUID], now: Any) -> None:
    for patient in Patient.objects.filter(public_id__in=died):
        for hook in hooks.on_deceased:
            hook(patient=patient, by=imported.by, now=now)


def _people() -> tuple[str, dict[str, Any]]:
    from patients.registration import PersonFacts

    names, values, constants = _columns(Patient, said=set(PersonFacts(given_name="-").columns()), given=GIVEN_HERE)
    return PEOPLE.format(names=names, values=values), constants


def _lines() -> tuple[str, dict[str, Any]]:
    given = {"id", "public_id", "patient_id", "brought_by_id", "recorded_at"}
    said = {field.attname for field in HistoryItem._meta.concrete_fields} - given  # noqa: SLF001
    names, values, constants = _columns(HistoryItem, said=said, given=given)
    return LINES.format(names=names, values=values), constants


def _columns(model: type[models.Model], *, said: set[str], given: set[str]) -> tuple[str, str, dict[str, Any]]:
    """Return the columns that a row's facts fill, and those that have what a new row has: the model knows both."""
    names, values, constants = [], [], {}
    for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented meta API
        if field.attname in given:
            continue
        names.append(f'"{field.column}"')
        values.append(f'facts."{field.column}"' if field.attname in said else f"%(new_{field.column})s")
        if field.attname not in said:
            constants[f"new_{field.column}"] = field.get_default()
    return ", ".join(names), ", ".join(values), constants


@contextmanager
def _in_history(imported: Import) -> Iterator[None]:
    """Each change says who made it and by which import, as a page's says by which address."""
    with pghistory.context(user=imported.by_id, url="import", request=str(imported.public_id)):
        yield


def _told(imported: Import) -> dict[str, int]:
    return {name: count for name, count in imported.counts.items() if name not in RowOutcome.values}


def _actor(imported: Import) -> str:
    return "" if imported.by else "command"
