"""What was left over of a file: the rows that could not be read, as they stood there, each with the reason."""

from collections.abc import Iterator

from clinic.lib.sheets import plain_key
from clinic.lib.tables import csv_lines
from patients.importing.heads import WHY_HEAD
from patients.models import Import, ImportRow, RowOutcome


def lines_of_rest(imported: Import) -> Iterator[str]:
    """Yield a CSV of the rows that were not taken in, in the columns of the file; no cell of it runs as a formula."""
    kept = [at for at, head in enumerate(imported.heads) if plain_key(head).casefold() != WHY_HEAD]
    heads = [*(imported.heads[at] for at in kept), WHY_HEAD]
    return csv_lines(heads, (_line(row, kept) for row in _rows(imported)))


def _rows(imported: Import) -> Iterator[ImportRow]:
    bad = imported.rows.filter(outcome=RowOutcome.BAD).order_by("number")
    return bad.iterator(chunk_size=500)


def _line(row: ImportRow, kept: list[int]) -> list[str]:
    cells = dict(enumerate(row.cells or []))
    beyond = [cells[at] for at in cells if at > max(kept, default=0)]
    return [*(cells.get(at, "") for at in kept), f"record {row.number} (line {row.line}): {row.reason}", *beyond]
