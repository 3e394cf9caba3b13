"""Sheets as other systems write them, CSV in any usual dress or a workbook: read row by row, in little memory."""

import codecs
import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from clinic.lib import workbook_reading

SEPARATORS: Final = ",;\t|"
INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
WORKBOOK: Final = "workbook"
"""Stands for an encoding where the file is a workbook."""
LARGEST_WORKBOOK: Final = 300_000_000
"""Bytes that a workbook may unpack to: its first sheet is held whole."""
NO_WORKBOOK: Final = "this is no workbook that can be read: save it as XLSX or CSV"
TOO_LARGE: Final = "this workbook is too large: save the sheet as CSV"
PIECE: Final = 1 << 16
OLD_WORKBOOK: Final = "an old Excel or Word file (XLS, DOC)"
MARKS: Final = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"), (b"%PDF", "a PDF"), (b"{\\rtf", "a letter (RTF)"),
    (b"\xd0\xcf\x11\xe0", OLD_WORKBOOK),
)  # fmt: skip
"""What files of other kinds begin with."""
LONGEST_MARK: Final = 12
PACKED: Final = {"word": "a Word document", "ppt": "a presentation"}
"""The folder by which a packed file shows whose it is."""
SEP_LINE: Final = len("sep=;")


@dataclass(eq=False)
class Unreadable(Exception):
    """The file as a whole cannot be read, and why."""

    reason: str


class NoTable(Unreadable):
    """The file is something else altogether; the reason is a sentence to say as it stands."""


@dataclass(frozen=True)
class Layout:
    """How a file is written. A workbook has no separator."""

    encoding: str
    separator: str = ""
    has_separator_line: bool = False

    @property
    def is_workbook(self) -> bool:
        """Whether it is a workbook, whose cells know what they are."""
        return self.encoding == WORKBOOK


@dataclass(frozen=True)
class Row:
    """One record: its number from 1 (the head line is 0), the line of the file it begins on, its cells as written."""

    number: int
    line: int
    cells: tuple[str, ...]


def layout_of(file: BinaryIO, *, encoding: str = "") -> Layout:
    """Return how a file is written; `encoding` is taken at its word where somebody named it.

    UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252 if that fits. A first line "sep=;" names the
    separator, else the head line shows it.

    Raises:
        NoTable: it is a picture, a letter, a workbook of old.
        Unreadable: no encoding fits, or a workbook is broken.

    """
    if other := _other_than_a_table(file):
        raise NoTable(other)
    if is_workbook(file):
        return Layout(WORKBOOK)
    encoding = _fitting(file, encoding)
    file.seek(0)
    first = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(PIECE)).split("\n", 1)[0].strip("\r")
    if first.lower().startswith("sep=") and len(first) == SEP_LINE:
        return Layout(encoding, first[-1], has_separator_line=True)
    return Layout(encoding, max(SEPARATORS, key=first.count))


def rows_of(file: BinaryIO, layout: Layout) -> Generator[Row, None, None]:
    """Yield the head line as number 0 and then each record that is not empty.

    Raises:
        Unreadable: on the way, where a line is no part of a table or not written in this encoding.

    """
    file.seek(0)
    yield from _of_workbook(file) if layout.is_workbook else _of_text(file, layout)


def is_workbook(file: BinaryIO) -> bool:
    """Whether a file is packed as workbooks are."""
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def plain_key(text: str) -> str:
    """Return a number of another system without spaces and invisible marks around or in it, in plain figures."""
    if text.isascii():
        return " ".join(text.split())
    figures = (str(int(one)) if one.isdecimal() else one for one in text.translate(INVISIBLE))
    return " ".join("".join(figures).split())


def plain_heads(cells: Iterable[str]) -> tuple[str, ...]:
    """Return a head line as it is compared: no case, no marks nobody sees, one way to part words.

    Raises:
        Unreadable: a column stands twice, so nobody can say which of the two is meant.

    """
    plain = tuple(plain_key(head).casefold().replace(" ", "_").replace("-", "_") for head in cells)
    twice = [head for head, count in Counter(plain).items() if count > 1 and head]
    if twice:
        raise Unreadable(f"a column stands twice: {', '.join(twice)}")
    return plain


def _other_than_a_table(file: BinaryIO) -> str:
    """Return what a file is that people take for a table, in words; nothing where it may be one."""
    file.seek(0)
    start = file.read(LONGEST_MARK)
    what = next((what for mark, what in MARKS if start.startswith(mark)), "")
    if start[4:8] == b"ftyp" or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        what = "a picture"
    if is_workbook(file):
        folders = (one.filename.split("/")[0] for one in _packed_in(file))
        what = next((PACKED[folder] for folder in folders if folder in PACKED), "")
    if what == OLD_WORKBOOK:
        return f"This is {what}. Save it as CSV or XLSX."
    return f"This is {what}, not a table. Save it as CSV or XLSX." if what else ""


def _packed_in(book: BinaryIO) -> list[zipfile.ZipInfo]:
    """Return what a workbook's own list says is packed in it. Raises Unreadable: cut off, or no such list."""
    try:
        with zipfile.ZipFile(book) as packed:
            return packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Unreadable(NO_WORKBOOK) from error


def _fitting(file: BinaryIO, asked: str) -> str:
    file.seek(0)
    is_marked = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    for encoding in [asked] if asked else ["utf-16"] if is_marked else ["utf-8-sig", "cp1252"]:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            pieces = iter(lambda: file.read(PIECE), b"")
            if all("\x00" not in decoder.decode(piece) for piece in pieces) and not decoder.decode(b"", final=True):
                return encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable("this is no text that can be read: save it as UTF-8")


def _of_text(file: BinaryIO, layout: Layout) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding=layout.encoding, newline="")
    skipped = 1 if layout.has_separator_line else 0
    if skipped:
        text.readline()
    reader = csv.reader(text, delimiter=layout.separator, strict=True)
    number, line = 0, 1 + skipped
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield Row(number, line, tuple(cells))
                number += 1
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num + skipped}: {error}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"after line {reader.line_num + skipped}: not written in {layout.encoding}") from error
    finally:
        text.detach()


def _of_workbook(file: BinaryIO) -> Generator[Row, None, None]:
    """Read in a process of its own: what a workbook's reader claims is chosen by who sent it."""
    with tempfile.TemporaryFile(prefix="interval-") as book:
        file.seek(0)
        shutil.copyfileobj(file, book, PIECE)
        if sum(part.file_size for part in _packed_in(book)) > LARGEST_WORKBOOK:
            raise Unreadable(TOO_LARGE)
        with _reader("rows", book) as reader:
            said = reader.stdout
            for number, (line, cells) in enumerate(map(json.loads, said or ())):
                yield Row(number, line, tuple(cells))
            ended = reader.wait()
        if ended == workbook_reading.TOO_LARGE or ended < 0:
            raise Unreadable(_too_large(book))
        if ended:
            raise Unreadable(NO_WORKBOOK)


def _too_large(book: BinaryIO) -> str:
    """Say why a workbook took more than its reader may have: mostly one cell that somebody touched by mistake."""
    with _reader("furthest", book) as reader:
        name = (reader.stdout.read() if reader.stdout else b"").decode()
    return f"cell {name} is far outside the table: delete it and save again" if name else TOO_LARGE


@contextmanager
def _reader(what: str, book: BinaryIO) -> Iterator["subprocess.Popen[bytes]"]:
    """Have a workbook read, and end the reading where nobody asks for more of it."""
    book.seek(0)
    command = [sys.executable, "-I", workbook_reading.__file__, what]
    with subprocess.Popen(command, stdin=book, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}) as reader:
        try:
            yield reader
        finally:
            reader.kill()
