"""Running what was asked for: one import at a time, by whoever holds the one lock that the database gives out.

The lock goes with the connection, so a worker that was killed holds nothing: the next one finds the import where it was
and does its half again, from the start.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F

from clinic.lib.sheets import Unreadable
from patients.importing import file, saving, staging, undoing
from patients.importing.progress import Progress
from patients.importing.refusals import Cancelled, Touched
from patients.models import Import, ImportKind, ImportState

log = logging.getLogger(__name__)
LOCK: Final = 0x1A7B0C77
MOST_ATTEMPTS: Final = 3


def run_what_waits(*, now: Callable[[], datetime]) -> Import | None:
    """Run the import that was asked for, if there is one and nobody else runs it; returns it as it stands after."""
    if not Import.objects.at_work().exists():
        return None
    with _alone() as is_alone:
        imported: Import | None = Import.objects.at_work().select_related("location", "by").first()
        if not is_alone or imported is None:
            return None
        Import.objects.filter(pk=imported.pk).update(attempts=F("attempts") + 1)
        if imported.attempts >= MOST_ATTEMPTS:
            _end(imported, now, f"it was begun {MOST_ATTEMPTS} times and never came to an end")
            return imported
        _run(imported, now)
        return imported


def _run(imported: Import, now: Callable[[], datetime]) -> None:
    progress = Progress(imported, now)
    try:
        if imported.state == ImportState.CHECKING:
            staging.check(imported, progress)
            _set(imported, state=ImportState.CHECKED, counts=imported.counts, percent=100)
        elif imported.state == ImportState.SAVING:
            saving.save(imported, progress)
        else:
            undoing.undo(imported, now=now())
    except Cancelled:
        file.drop(imported)
        imported.rows.all().delete()
        _set(imported, state=ImportState.CANCELLED, ended_at=now())
    except Unreadable as unreadable:
        _end(imported, now, unreadable.reason)
    except Touched as touched:
        numbers = ", ".join(map(str, touched.record_numbers))
        is_people = imported.kind == ImportKind.PEOPLE
        told = "something was written since about" if is_people else "kept by law, and nothing is taken out of it:"
        _set(imported, state=ImportState.DONE, failure=f"{told} record {numbers}"[:300])
    except Exception:
        log.exception("import %s stopped", imported.public_id)
        _end(imported, now, "a fault of the program; nothing of it was saved")


def _end(imported: Import, now: Callable[[], datetime], failure: str) -> None:
    """Stop it for good: what was checked is thrown away, what was saved before stays."""
    if imported.state == ImportState.UNDOING:
        _set(imported, state=ImportState.DONE, failure=failure)
        return
    file.drop(imported)
    imported.rows.all().delete()
    _set(imported, state=ImportState.FAILED, failure=failure[:300], ended_at=now())


def _set(imported: Import, **columns: Any) -> None:
    Import.objects.filter(pk=imported.pk).update(**columns)
    imported.refresh_from_db()


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
