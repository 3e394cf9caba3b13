"""What the deeds of an import refuse, named for what happened."""

from dataclasses import dataclass

from patients.models import Import


@dataclass(eq=False)
class Busy(Exception):
    """Another import is at work: one at a time."""

    other: Import | None


@dataclass(eq=False)
class MovedOn(Exception):
    """The import does not stand where the page that was pressed saw it."""

    state: str


@dataclass(eq=False)
class ColumnsMissing(Exception):
    """Nothing says which column these are."""

    targets: tuple[str, ...]


@dataclass(eq=False)
class ColumnTwice(Exception):
    """Two columns are said to be the same."""

    target: str


@dataclass(eq=False)
class BadRowsStand(Exception):
    """Some rows cannot be read: all or nothing is nothing, and nobody asked for the good ones alone."""

    bad: int


@dataclass(eq=False)
class Touched(Exception):
    """Something was written about these people since: the import cannot be undone any more."""

    record_numbers: tuple[int, ...]


class Cancelled(Exception):
    """Somebody asked to stop, and nothing is saved."""
