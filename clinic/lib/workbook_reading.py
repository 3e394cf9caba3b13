"""Read a workbook in a process of its own, with a ceiling of memory and of time.

Whoever sends us a file chooses how much its reader claims: two cells in opposite corners of a sheet are a table of
hundreds of gigabytes. So the reader falls over alone. Run by its path, knows no Django, is given no environment:

    python -I workbook_reading.py rows < WORKBOOK       a line of JSON for each row that is not empty: [line, cells]
    python -I workbook_reading.py furthest < WORKBOOK   the name of the cell that stands far outside, or nothing
"""

import io
import json
import os
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from itertools import chain
from typing import Any, BinaryIO, Final
from xml.parsers import expat  # entities are refused below

MOST_MEMORY: Final = 1024**3
"""Bytes that the process may claim: 100,000 rows of 20 columns take a third of it."""
MOST_SECONDS: Final = 60
PIECE: Final = 1 << 16
NO_WORKBOOK: Final = 3
TOO_LARGE: Final = 4
FAR: Final = 4
"""So many times as far as every other cell is no part of the table."""
LETTERS: Final = 26


def rows(book: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of the first sheet that is not empty, with its line."""
    from python_calamine import load_workbook

    for line, values in enumerate(chain(load_workbook(book).get_sheet_by_index(0).iter_rows()), 1):
        cells = [_written(value) for value in values]
        if any(map(str.strip, cells)):
            yield line, cells


def furthest(book: BinaryIO) -> str:
    """Return the name of the cell that makes a sheet far larger than its table; "" where none stands out."""
    down: dict[int, str] = {}
    across: dict[int, str] = {}

    def seen(tag: str, said: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "c" and (name := said.get("r", "")):
            column, row = _place(name)
            down.setdefault(row, name)
            across.setdefault(column, name)

    with zipfile.ZipFile(book) as packed:
        for part in packed.namelist():
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                _read(packed, part, seen)
    times, name = max(_gap(down), _gap(across))
    return name if times >= FAR else ""


def _read(packed: zipfile.ZipFile, part: str, seen: Any) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = seen
    parser.EntityDeclHandler = _refuse
    with packed.open(part) as opened:
        for piece in iter(lambda: opened.read(PIECE), b""):
            parser.Parse(piece)


def _refuse(*_said: object) -> None:
    raise ValueError


def _place(name: str) -> tuple[int, int]:
    """Return the column and the row that a cell's name means, from 1."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * LETTERS + ord(letter) - ord("A") + 1
    return column, int(name[len(letters) :] or 0)


def _gap(named: dict[int, str]) -> tuple[float, str]:
    """Return how many times as far the last place is as the one before it, and the cell there."""
    last, before = [*sorted(named, reverse=True), 1, 1][:2]
    return last / max(before, 1), named.get(last, "")


def _written(value: object) -> str:
    """Return a workbook's value as text: days as ISO, whole numbers without a point."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _bounded() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main(what: str) -> int:
    """Do what was asked, and return how it ended; a parser that is not caught ends by itself."""
    book = io.FileIO(0, closefd=False)  # the file itself: it is read to and fro
    try:
        if what == "furthest":
            sys.stdout.write(furthest(book))
        else:
            for row in rows(book):
                sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    except MemoryError:
        return TOO_LARGE
    except BrokenPipeError:  # whoever asked has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing more to say, at the end neither
        return 0
    except Exception:  # noqa: BLE001 - a parser of three formats, with faults of its own
        return NO_WORKBOOK
    return 0


if __name__ == "__main__":
    _bounded()
    sys.exit(main(sys.argv[1]))
