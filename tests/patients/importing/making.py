"""Files brought in tests, and imports run as a worker runs them."""

import io
from typing import Any

from clinic.embedded.home import CHECKOUT
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.importing import deeds
from patients.importing.running import run_what_waits
from patients.models import Import
from tests.patients.making import NOW, place

FILES = CHECKOUT / "tests" / "files" / "imports"
SYNTHEA = CHECKOUT / "tests" / "files" / "synthea"
HEAD = "mrn,full_name,date_of_birth,sex,phone,email,preferred_language,notes\n"


def brought(
    content: bytes | str, *, name: str = "people.csv", by: User | None = None, at: Location | None = None, **chosen: Any
) -> Import:
    """A file taken in, read as it was guessed but for what is chosen."""
    raw = content.encode() if isinstance(content, str) else content
    imported = deeds.begin(
        content=io.BytesIO(raw), name=name, size=len(raw), location=at or place(), by=by, now=NOW,
        kind=chosen.pop("kind", ""),
    )  # fmt: skip
    if chosen:
        chosen = {"kind": imported.kind, "columns": imported.columns, "code_system": imported.code_system} | chosen
        deeds.choose(imported=imported, choice=deeds.Choice(**chosen))
    return imported


def checked(content: bytes | str, **more: Any) -> Import:
    """The same, every row read and judged."""
    imported = brought(content, **more)
    deeds.ask_for_check(imported=imported, by=imported.by)
    return run(imported)


def saved(content: bytes | str, *, good_rows_only: bool = False, **more: Any) -> Import:
    """The same, saved."""
    imported = checked(content, **more)
    deeds.ask_for_saving(imported=imported, by=imported.by, good_rows_only=good_rows_only)
    return run(imported)


def run(imported: Import) -> Import:
    """What a worker does when the beat asks it to look."""
    run_what_waits(now=lambda: NOW)
    imported.refresh_from_db()
    return imported


def told(imported: Import) -> list[str]:
    """What the report says of rows: each with its record and line."""
    return [f"{row}: {row.reason}" for row in imported.rows.exclude(reason="").order_by("number")]
