"""A record as tables in a zip, handed out as it is read: memory holds some rows, never a table."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from clinic.lib.tables import csv_lines
from clinic.outbox.models import Letter, LetterState
from patients.models import Patient
from scheduling.exporting import cells, scope
from scheduling.exporting.documents import files_of
from scheduling.exporting.tables import LEFT_OUT, Table, tables

HANDED_OUT_BYTES = 64 * 1024
ALWAYS_THE_SAME_DAY = (1980, 1, 1, 0, 0, 0)
"""A zip dates its files: the first day it knows, so that two of one record are the same bytes."""
ONLY_THE_OWNER = 0o600 << 16
LETTER_HEADS = ("patient", "public_id", "letter", "sent_at", "language", "subject_sent", "text_sent")
READ_ME = """\
What this is
============
Everything the clinic keeps of one patient, or of all patients of some of its locations, as tables: one file for each
kind of thing, the first line names the columns. Open a file with a spreadsheet, or read it with a program.

- Text is UTF-8. Times are by the clock of the patient's location, with the offset from UTC.
- A row names its patient by record number, and other rows by their public_id.
- A date of birth that is known to the month or the year stands as 1951-06 or 1951; birth_precision says how far.
- A cell that a spreadsheet would run as a formula begins with an apostrophe; it does not belong to what was written.
- Files without a row are left out.
- Letters, reports and photos lie in the folder documents, named by the document's public_id and the file's position.

What is not in here
===================
- Former versions of rows, and who read the record: both stay in the clinic's audit trail.
- Letters that did not go out.
- Files of documents that were withdrawn: they may be another patient's. Of those that are, title, note and file name.
"""


def zipped(
    patients: "QuerySet[Patient]", told: scope.Told = scope.nobody_is_told, *, left_out: int = 0
) -> Iterator[bytes]:
    """Yield a zip with the tables of these records, piece by piece; `told` of patients as each table is read.

    `left_out` says of how many confidential records it holds nothing.
    """
    why = "".join(f"- {label.split('.')[1]}: {reason}.\n" for label, reason in LEFT_OUT.items())
    if left_out:
        why += f"- Confidential records for which who asked for this file is not named: {left_out}.\n"
    readme = ("README.txt", iter([READ_ME + why]))
    found = ((f"{table.name}.csv", _lines(_heads(table), _rows(table, patients, told))) for table in tables())
    letters = (("letter.csv", _lines(LETTER_HEADS, _letters(patients, told))) for _ in (1,))
    yield from archive(chain([readme], letters, found, files_of(patients, told)))


def archive(files: Iterable[tuple[str, Iterator[str] | Iterator[bytes]]]) -> Iterator[bytes]:
    """Yield a zip of files, each given as its name and its text or bytes in pieces; a file of nothing is left out."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, pieces in files:
            first = next(pieces, None)
            if first is None:
                continue
            entry = zipfile.ZipInfo(name, ALWAYS_THE_SAME_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, ONLY_THE_OWNER
            with packed.open(entry, "w", force_zip64=True) as file:
                for piece in chain([first], pieces):
                    file.write(piece.encode() if isinstance(piece, str) else piece)
                    if sink.held >= HANDED_OUT_BYTES:
                        yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What the zip was written and nobody took yet. It cannot go back, as a line to a browser cannot."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.held = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        written = bytes(piece)
        self.pieces.append(written)
        self.held += len(written)
        return len(written)

    def taken(self) -> bytes:
        piece = b"".join(self.pieces)
        self.pieces, self.held = [], 0
        return piece


def _lines(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Yield a table's text; nothing where it has no row."""
    first = next(rows, None)
    if first is not None:
        yield from csv_lines(heads, chain([first], rows))


def _heads(table: Table) -> tuple[str, ...]:
    return tuple(column.head for column in table.columns)


def _rows(table: Table, patients: "QuerySet[Patient]", told: scope.Told) -> Iterator[tuple[str, ...]]:
    """Yield a table's rows: some patients after others, theirs in the order they were written."""
    zones = [f"{path}__location__time_zone".removeprefix("pk__") for path in table.paths]
    zone = F(zones[0]) if len(zones) == 1 else Coalesce(*zones)
    sources = [column.value for column in table.columns]
    known_to = [column.known_to for column in table.columns if column.known_to]
    every = table.model._default_manager.annotate(clock=zone).order_by("pk")  # noqa: SLF001 - Django's documented meta API
    for batch in scope.numbers_in_batches(patients, told):
        theirs = every.filter(reduce(or_, (Q(**{f"{path}__in": batch}) for path in table.paths)))
        for clock, *values in theirs.values_list("clock", *sources, *known_to):
            exact = dict(zip(known_to, values[len(sources) :], strict=True))
            yield tuple(
                cells.as_known(value, exact[column.known_to])
                if column.known_to and value
                else cells.cell(value, ZoneInfo(clock))
                for column, value in zip(table.columns, values[: len(sources)], strict=True)
            )


def _letters(patients: "QuerySet[Patient]", told: scope.Told) -> Iterator[tuple[str, ...]]:
    """Yield the letters that went out, with the words that were sent; links in them are blacked out already."""
    for batch in scope.in_batches(patients, told):
        whose = {patient.public_id: patient for patient in batch}
        sent = Letter.objects.filter(state=LetterState.SENT, person_public_id__in=whose).order_by("pk")
        for letter in sent:
            patient = whose[letter.person_public_id]
            values = (patient.record_number, *(getattr(letter, head) for head in LETTER_HEADS[1:]))
            yield tuple(cells.cell(value, patient.location.zone) for value in values)
