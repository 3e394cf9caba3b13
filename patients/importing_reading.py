"""A table of people as another system wrote it: encoding, separator, heads, records with their lines. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

HEADS = {
    "source_key": ("id", "mrn", "patient_id", "source_key"),
    "given_name": ("first", "first_name", "given_name", "full_name", "name"),
    "family_name": ("last", "last_name", "family_name", "surname"),
    "birth": ("birthdate", "birth_date", "date_of_birth", "dob", "born_on"),
    "deceased_on": ("deathdate", "death_date", "deceased_on"),
    "sex": ("gender", "sex"),
    "phone": ("phone", "mobile", "telephone"),
    "email": ("email", "e_mail"),
    "language": ("preferred_language", "language"),
    "street": ("address", "street"),
    "city": ("city",),
    "state": ("state",),
    "zip": ("zip", "postcode", "pin"),
    "note_for_desk": ("notes", "note", "note_for_desk"),
}
NEEDED = ("source_key", "given_name")
SEPARATORS = ",;\t|"
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))


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


def read_table(content: bytes) -> Table:
    """Read a file of people.

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
        heads = next(reader, [])
        columns = _columns(heads)
        records = tuple(_records(reader, columns, len(heads), skipped))
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num + skipped}: {error}") from error
    used = {index for indexes in columns.values() for index in indexes}
    return Table(encoding, separator, tuple(head for at, head in enumerate(heads) if at not in used), records)


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


def _columns(heads: list[str]) -> dict[str, list[int]]:
    plain = [plain_key(head).casefold().replace(" ", "_").replace("-", "_") for head in heads]
    twice = [head for head, count in Counter(plain).items() if count > 1 and head]
    if twice:
        raise Unreadable(f"a column stands twice: {', '.join(twice)}")
    columns = {name: [plain.index(head) for head in known if head in plain] for name, known in HEADS.items()}
    missing = [HEADS[name][0] for name in NEEDED if not columns[name]]
    if missing:
        raise Unreadable(f"a needed column is missing: {', '.join(missing)}")
    return {name: indexes[:1] for name, indexes in columns.items() if indexes}


def _records(reader: Iterator[list[str]], columns: dict[str, list[int]], width: int, skipped: int) -> Iterator[Record]:
    number = 0
    line = reader.line_num + 1 + skipped  # type: ignore[attr-defined] # csv's reader has it
    for row in reader:
        if any(cell.strip() for cell in row):
            number += 1
            cells = {name: row[at].strip() for name, (at,) in columns.items() if at < len(row)}
            yield Record(number, line, cells, is_ragged=len(row) != width)
        line = reader.line_num + 1 + skipped  # type: ignore[attr-defined]
