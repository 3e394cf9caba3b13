"""Tables as files: read as another system wrote them, written so that a spreadsheet runs nothing. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clinic.lib.sheets import Row, Unreadable, layout_of, plain_heads, rows_of

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula; the last four are the same signs, wide."""
A_NUMBER = re.compile(r"[+-]?\d[\d .]*")

Heads = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Record:
    """One record: its number from 1, the line of the file it begins on, and its cells by our names."""

    number: int
    line: int
    cells: dict[str, str]
    is_ragged: bool = False


@dataclass(frozen=True)
class Table:
    """What was read: how the file was written, which of its columns are used, and its records."""

    encoding: str
    separator: str
    unused: tuple[str, ...]
    records: tuple[Record, ...]


def read_table(content: bytes, *, heads: Heads, needed: Sequence[str]) -> Table:
    """Read a file: `heads` are our names and what another system may call them; `needed` are those that must be there.

    Encodings: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252 if that fits. A first line
    "sep=;" names the separator, else the head line shows it.

    Raises:
        Unreadable: no encoding fits, a column that matters stands twice, or one that is needed is missing.

    """
    file = io.BytesIO(content)
    layout = layout_of(file)
    rows = rows_of(file, layout)
    first_row = next(rows, Row(0, 1, ())).cells
    columns = _columns(first_row, heads, needed)
    records = tuple(_record(row, columns, len(first_row)) for row in rows)
    used = {index for indexes in columns.values() for index in indexes}
    unused = tuple(head for at, head in enumerate(first_row) if at not in used)
    return Table(layout.encoding, layout.separator, unused, records)


def write_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as CSV, with the mark that makes a spreadsheet read it as UTF-8; cells as `csv_lines` has them."""
    return "".join(csv_lines(heads, rows))


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table as CSV, a row at a time, the first with the mark of UTF-8 in front.

    A cell that would run as a formula gets an apostrophe in front, which `read_table` takes off again; a negative
    number and a phone number stay as they are. A cell that itself begins with apostrophes before such a sign gets one
    more, so that taking one off gives back what stood there.
    """
    writer = csv.writer(_Handed())  # which hands on what is written
    yield "\ufeff" + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([_as_text(cell) for cell in row])


class _Handed:
    """A file that keeps nothing: what is written is handed back to who writes."""

    def write(self, text: str) -> str:
        return text


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(RUNS) and not A_NUMBER.fullmatch(cell) else cell


def as_typed(cell: str) -> str:
    """Return a cell as somebody typed it: without the apostrophe that `write_table` put before it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(RUNS) else cell


def _columns(row: tuple[str, ...], heads: Heads, needed: Sequence[str]) -> dict[str, list[int]]:
    plain = plain_heads(row)
    columns = {name: [plain.index(head) for head in known if head in plain] for name, known in heads.items()}
    missing = [heads[name][0] for name in needed if not columns[name]]
    if missing:
        raise Unreadable(f"a needed column is missing: {', '.join(missing)}")
    return {name: indexes[:1] for name, indexes in columns.items() if indexes}


def _record(row: Row, columns: dict[str, list[int]], width: int) -> Record:
    cells = {name: as_typed(row.cells[at].strip()) for name, (at,) in columns.items() if at < len(row.cells)}
    return Record(row.number, row.line, cells, is_ragged=len(row.cells) != width)
