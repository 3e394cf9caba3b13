"""What a change of policy does to letters that are owed already. Pure: plans and letters in, changes out.

A letter is known by its step's number. What has gone, or is on its way, stays as it is and is never owed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Where a letter stands, as far as a change of policy asks."""

    WAITING = "waiting"
    TRIED = "tried"
    """Waits as well, but a try at sending it gave it the moment it has."""
    GONE = "gone"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter there is: where it stands and when it is due."""

    standing: Standing
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one thing's letters, by step: moved to, taken back, owed from."""

    moved: Mapping[int, datetime] = field(default_factory=dict)
    taken_back: frozenset[int] = frozenset()
    owed: Mapping[int, datetime] = field(default_factory=dict)


def waiting(written: Mapping[int, Written]) -> frozenset[int]:
    """Return the steps whose letters are still to go."""
    to_go = (Standing.WAITING, Standing.TRIED)
    return frozenset(step for step, letter in written.items() if letter.standing in to_go)


def change(wanted: Mapping[int, datetime], written: Mapping[int, Written], *, now: datetime) -> Change:
    """Return what brings the letters there are to what is wanted.

    A letter that is due already is not moved to another moment that has gone by too.
    """
    moved, owed = {}, {}
    for step, due_at in wanted.items():
        there = written.get(step)
        if there is None or there.standing is Standing.TAKEN_BACK:
            owed[step] = due_at
        elif there.standing is Standing.WAITING and there.due_at != due_at and max(there.due_at, due_at) > now:
            moved[step] = due_at
    return Change(moved, waiting(written) - set(wanted), owed)
