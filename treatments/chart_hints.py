"""What the body chart suggests for a new site: the nearest muscle's place, and the dose that was planned for it.

Pure. A dose is the plan's own where all its sites of that muscle have the same, else the protocol's; never another.

Source: docs/sources.md#muscles-and-points
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from treatments.facts import Site
from treatments.formulary import Formulary, Point, Protocol


def places_of_muscles(formulary: Formulary) -> Iterator[tuple[str, str, Point]]:
    """Every place of the catalogue: muscle, the patient's own side, point. The protocol's entries come first."""
    for chart in formulary.chart_points:
        yield chart.muscle, chart.side, chart.point
    for muscle in formulary.muscles.values():
        for side, point in muscle.points:
            yield muscle.key, side, point


def planned_doses(sites: Iterable[Site], protocol: Protocol | None) -> dict[str, Decimal]:
    """The dose of one site by "muscle:side" and by muscle; no key where nothing, or more than one dose, was planned."""
    found: dict[str, set[Decimal]] = {}
    planned = set()
    for site in sites:
        planned.add(site.muscle)
        for key in (site.place, site.muscle):
            found.setdefault(key, set()).add(site.units)
    for row in protocol.muscles if protocol else ():
        if row.muscle not in planned:
            found[row.muscle] = {row.units_per_site}
    return {key: doses.pop() for key, doses in found.items() if len(doses) == 1}
