"""How one set of sites differs from another, muscle by muscle: a plan from its protocol, a session from the last. Pure.

Sites of one muscle and side are one injection, whatever their points: so many entries, so many units in all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Entry(Protocol):
    """So many needle entries at one muscle and side: one site, or a line of a table."""

    @property
    def place(self) -> str:
        """Muscle and side, "temporalis:left"."""

    @property
    def count(self) -> int:
        """Needle entries."""

    @property
    def units(self) -> Decimal:
        """All their units."""


@dataclass(frozen=True, slots=True)
class Injection:
    """The sites of one muscle and side together."""

    place: str
    count: int
    units: Decimal

    @property
    def muscle(self) -> str:
        """The muscle's key."""
        return self.place.partition(":")[0]

    @property
    def side(self) -> str:
        """The patient's own side."""
        return self.place.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Difference:
    """One injection that differs: how many entries and units more (or, below nought, fewer) than before."""

    place: str
    sites: int
    units: Decimal
    is_new: bool
    is_left_out: bool


def injections(entries: Iterable[Entry]) -> dict[str, Injection]:
    """Return the entries by muscle and side, in the order in which each comes first."""
    found: dict[str, Injection] = {}
    for entry in entries:
        before = found.get(entry.place, Injection(entry.place, 0, Decimal(0)))
        found[entry.place] = Injection(entry.place, before.count + entry.count, before.units + entry.units)
    return found


def difference(now: Injection | None, before: Injection | None, place: str = "") -> Difference | None:
    """Return how one injection differs; None where it does not."""
    sites = (now.count if now else 0) - (before.count if before else 0)
    units = (now.units if now else Decimal(0)) - (before.units if before else Decimal(0))
    if not (sites or units):
        return None
    known = now or before
    return Difference(
        place=known.place if known else place,
        sites=sites,
        units=units,
        is_new=before is None,
        is_left_out=now is None,
    )


def differences(now: Iterable[Entry], before: Iterable[Entry]) -> tuple[Difference, ...]:
    """Return every injection that differs, those of now first, then those that were left out."""
    mine, theirs = injections(now), injections(before)
    found = (difference(mine.get(place), theirs.get(place), place) for place in {**mine, **theirs})
    return tuple(one for one in found if one is not None)
