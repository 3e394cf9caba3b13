"""The rows of a file as they would be taken in, one after the other: for the preview and for the check alike."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from textwrap import shorten
from typing import Any, BinaryIO, Final

from clinic.lib.sheets import Layout, Row, plain_heads, plain_key, rows_of
from patients.importing import dates, heads, history, people
from patients.importing.cells import BadRow, Faults, cells_of
from patients.models import Import, ImportKind
from patients.registration import PersonFacts

LONGEST_REASON: Final = 300


@dataclass(frozen=True)
class Taken:
    """One row as it was read: what it says, or why it cannot be; `date` is a date of it as written."""

    row: Row
    source_key: str = ""
    person: PersonFacts | None = None
    line: dict[str, Any] | None = None
    problem: str = ""
    remark: str = ""
    date: str = ""


@dataclass
class Reader:
    """How one file is read: its columns, the order of its dates, whose numbers these are."""

    kind: str
    layout: Layout
    columns: dict[str, str]
    order: str
    country: str
    today: date
    code_system: str = ""
    source: str = ""
    seen: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, imported: Import, today: date) -> "Reader":
        """Read as was chosen for an import."""
        layout = Layout(imported.encoding, imported.separator, has_separator_line=imported.has_separator_line)
        return cls(
            kind=imported.kind, layout=layout, columns=imported.columns, order=imported.date_order,
            country=imported.location.country, today=today, code_system=imported.code_system, source=imported.source,
        )  # fmt: skip

    def read(self, file: BinaryIO) -> Iterator[Taken]:
        """Yield each record. Raises Unreadable where the file is no table."""
        with closing(rows_of(file, self.layout)) as rows:
            first = next(rows, Row(0, 1, ()))
            places = heads.places(self.columns, plain_heads(first.cells))
            for row in rows:
                yield self._taken(row, places, len(first.cells))

    def _taken(self, row: Row, places: dict[str, int], width: int) -> Taken:
        try:
            cells = cells_of(row, places, width)
        except BadRow as bad:
            return Taken(row, problem=bad.reason)
        is_people = self.kind == ImportKind.PEOPLE
        target = "source_key" if is_people else "person_key"
        number, written = plain_key(cells.get(target, "")), cells.get("birth" if is_people else "started_on", "")
        key = f"{self.source}:{number}" if self.source and number else number
        remark = people.remark_on(cells) if is_people else ""
        # while no column is chosen for it, that is told once and not of each row
        faults = Faults([] if number or target not in self.columns else ["has no number of the other system"])
        person = faults.of(lambda: self._person(cells), None) if is_people else None
        line = None if is_people else faults.of(lambda: self._line(cells, key), None)
        if faults.told:
            return Taken(row, key, problem=_short([*faults.told, remark]), date=written)
        return Taken(row, key, person=person, line=line, remark=_short([remark]), date=written)

    def _person(self, cells: dict[str, str]) -> PersonFacts:
        return people.facts_of(cells, country=self.country, today=self.today, order=self.order)

    def _line(self, cells: dict[str, str], person: str) -> dict[str, Any]:
        facts = history.facts_of(
            cells, kind=self.kind, person=person, code_system=self.code_system, today=self.today, order=self.order
        )
        self.seen[facts.known_by] += 1
        return facts.columns | {"source_key": history.key_of(facts.known_by, self.seen[facts.known_by])}


def _short(reasons: list[str]) -> str:
    """Return what there is to say of a row, as long as a row keeps it."""
    return shorten("; ".join(filter(None, reasons)), LONGEST_REASON, placeholder=" …")


def orders_told(taken: Iterator[Taken] | list[Taken]) -> Counter[str]:
    """Count how the dates of rows can be read: day first only, month first only, either way."""
    return Counter(told for one in taken if (told := dates.told_order(one.date)))
