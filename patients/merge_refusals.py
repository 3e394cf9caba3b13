"""What a merge of two records, and its way back, refuse: named for what happened. Nothing was written."""

from dataclasses import dataclass
from typing import Any


class SameRecord(Exception):
    """A record cannot be merged into itself."""


@dataclass(eq=False)
class AlreadyMerged(Exception):
    """One of the two was merged into another record."""

    patient: Any


class ChangedMeanwhile(Exception):
    """One of the two was changed after it was shown."""


@dataclass(eq=False)
class InTheWay(Exception):
    """Something must be settled by a person first: sentences."""

    sentences: tuple[str, ...]


@dataclass(eq=False)
class BothHave(Exception):
    """Each record has a row where a person may have one; the constraint's name says which."""

    constraint: str


class Entangled(Exception):
    """What was written since ties rows of the one to rows of the other."""


class NotStanding(Exception):
    """The merge was taken back already, or its survivor was merged into another since."""


class BeingWritten(Exception):
    """Somebody is writing in one of the two records at this moment."""
