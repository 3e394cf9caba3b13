"""Two sessions of one patient, muscle by muscle: what each gave, and how they differ.

Pure. Units of different products are never compared: then there is no difference, only the two figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from treatments.facts import Site


@dataclass(frozen=True, slots=True)
class Given:
    """What one session gave to one muscle and side: the dose of each needle entry, in its order."""

    each: tuple[Decimal, ...] = ()

    @property
    def sites(self) -> int:
        """Needle entries."""
        return len(self.each)

    @property
    def units(self) -> Decimal:
        """Units of all of them."""
        return sum(self.each, Decimal(0))


@dataclass(frozen=True, slots=True)
class Compared:
    """One muscle and side in both sessions. `units_changed` is None where the products are not the same."""

    muscle: str
    side: str
    first: Given
    second: Given
    units_changed: Decimal | None

    @property
    def sites_changed(self) -> int:
        """Needle entries more, or fewer, in the second."""
        return self.second.sites - self.first.sites

    @property
    def is_same(self) -> bool:
        """Whether nothing that may be compared differs."""
        return not self.sites_changed and not self.units_changed


def compare(first: Iterable[Site], second: Iterable[Site], *, is_one_product: bool) -> tuple[Compared, ...]:
    """Every muscle and side that either session has, in the order they were given."""
    earlier, later = given_by_place(first), given_by_place(second)
    rows = []
    for place in dict.fromkeys([*earlier, *later]):
        muscle, _, side = place.partition(":")
        one, other = earlier.get(place, Given()), later.get(place, Given())
        changed = other.units - one.units if is_one_product else None
        rows.append(Compared(muscle, side, one, other, changed))
    return tuple(rows)


def given_by_place(sites: Iterable[Site]) -> dict[str, Given]:
    """What was given by "muscle:side", in the order of the first needle entry there."""
    found: dict[str, tuple[Decimal, ...]] = {}
    for site in sites:
        found[site.place] = (*found.get(site.place, ()), site.units)
    return {place: Given(each) for place, each in found.items()}
