"""Two people edited one page: what each changed, from what both had opened. Pure.

A page is its fields by name, as text. What only the other changed is taken over; what both changed stays as typed here
and is shown beside theirs, for a person to decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields for the next press; those taken over from the other; theirs where both changed one."""

    values: dict[str, str]
    taken: dict[str, str]
    conflicts: dict[str, str]


def three_way(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merged:
    """Return the fields merged: `base` is the page as it was opened here, `theirs` as it stands now."""
    values = dict(mine)
    taken: dict[str, str] = {}
    conflicts: dict[str, str] = {}
    for name in (*theirs, *(name for name in base if name not in theirs)):
        before, here, there = base.get(name, ""), mine.get(name, ""), theirs.get(name, "")
        if there in (before, here):
            continue
        if here == before:
            values[name] = taken[name] = there
        else:
            conflicts[name] = there
    return Merged(values, taken, conflicts)
