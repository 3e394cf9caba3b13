"""A row's cells by our names, and what is wrong with one. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from clinic.lib.sheets import Row
from clinic.lib.tables import as_typed

LONGEST_TEXT: Final = 1000
T = TypeVar("T")


@dataclass(eq=False)
class BadRow(Exception):
    """One row cannot be taken in, and why, in words for whoever mends the file."""

    reason: str


@dataclass
class Faults:
    """All that is wrong with a row: each cell is read even where an earlier one could not be."""

    told: list[str] = field(default_factory=list)

    def of(self, reader: Callable[[], T], instead: T) -> T:
        """Return what a cell says; where it cannot be read, note why and go on with something instead."""
        try:
            return reader()
        except BadRow as bad:
            self.told.append(bad.reason)
            return instead

    def refuse(self) -> None:
        """Raise BadRow with all that was noted, if anything was."""
        if self.told:
            raise BadRow("; ".join(self.told))


def cells_of(row: Row, places: Mapping[str, int], width: int) -> dict[str, str]:
    """Return the cells that matter, without the spaces around them. Raises BadRow: the row has another width."""
    if len(row.cells) != width:
        raise BadRow("has more or fewer cells than the head line")
    return {name: as_typed(row.cells[at].strip()) for name, at in places.items()}


def text_of(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text as it is stored. Raises BadRow: it is too long, and nothing is cut."""
    if len(text) > longest:
        raise BadRow(f"a text has {len(text)} characters, the limit is {longest}")
    if "\x00" in text:
        raise BadRow("a text has a character that nobody typed (U+0000)")
    return text.replace("\r\n", "\n")
