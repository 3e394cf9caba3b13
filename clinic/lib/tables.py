"""Tables as files: read as another system wrote them, written so that a spreadsheet runs nothing. Pure."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

SEPARATORS = ",;\t|"
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula; the last four are the same signs, wide."""
A_NUMBER = re.compile(r"[+-]?\d[\d .]*")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))

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


@dataclass(eq=False)
class Unreadable(Exception):
    """The file as a whole cannot be read, and why."""

    reason: str


def read_table(content: bytes, *, heads: Heads, needed: Sequence[str]) -> Table:
    """Read a file: `heads` are our names and what another system may call them; `needed` are those that must be there.

    Encodings: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252 if that fits. A first line
    "sep=;" names the separator, else the head line shows it.

    Raises:
        Unreadable: no encoding fits, a column that matters stands twice, or one that is needed is missing.

    """
    text, encoding = _decoded(content)
    skipped = 0
    first = text.split("\n", 1)[0].strip("\r")
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        separator, text, skipped = first[-1], text.split("\n", 1)[1] if "\n" in text else "", 1
    else:
        separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        first_row = next(reader, [])
        columns = _columns(first_row, heads, needed)
        records = tuple(_records(reader, columns, len(first_row), skipped))
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num + skipped}: {error}") from error
    used = {index for indexes in columns.values() for index in indexes}
    return Table(encoding, separator, tuple(head for at, head in enumerate(first_row) if at not in used), records)


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


def _as_typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(RUNS) else cell


def plain_key(text: str) -> str:
    """Return a number of another system without spaces and invisible marks around or in it, in plain figures."""
    figures = (str(int(one)) if one.isdecimal() else one for one in text.translate(INVISIBLE))
    return " ".join("".join(figures).split())


def _decoded(content: bytes) -> tuple[str, str]:
    is_marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    candidates = ["utf-16"] if is_marked else ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise Unreadable("this is no text that can be read: save it as UTF-8")


def _columns(row: list[str], heads: Heads, needed: Sequence[str]) -> dict[str, list[int]]:
    plain = [plain_key(head).casefold().replace(" ", "_").replace("-", "_") for head in row]
    twice = [head for head, count in Counter(plain).items() if count > 1 and head]
    if twice:
        raise Unreadable(f"a column stands twice: {', '.join(twice)}")
    columns = {name: [plain.index(head) for head in known if head in plain] for name, known in heads.items()}
    missing = [heads[name][0] for name in needed if not columns[name]]
    if missing:
        raise Unreadable(f"a needed column is missing: {', '.join(missing)}")
    return {name: indexes[:1] for name, indexes in columns.items() if indexes}


def _records(reader: Iterator[list[str]], columns: dict[str, list[int]], width: int, skipped: int) -> Iterator[Record]:
    number = 0
    line = reader.line_num + 1 + skipped  # type: ignore[attr-defined] # csv's reader has it
    for row in reader:
        if any(cell.strip() for cell in row):
            number += 1
            cells = {name: _as_typed(row[at].strip()) for name, (at,) in columns.items() if at < len(row)}
            yield Record(number, line, cells, is_ragged=len(row) != width)
        line = reader.line_num + 1 + skipped  # type: ignore[attr-defined]
