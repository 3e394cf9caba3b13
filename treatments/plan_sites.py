"""The sites of a plan, row by row as a page shows them: so many entries of a muscle and side, so many units each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from treatments.facts import Site
from treatments.formulary import Formulary, Point, Protocol
from treatments.models import InjectionSession, MuscleVersion, Plan, PlanSite
from treatments.muscles import lay_out, protocol_sites, settle_side


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """One needle entry to be planned."""

    muscle: str
    side: str
    units: Decimal
    point: Point

    @property
    def place(self) -> str:
        """The injection it belongs to."""
        return f"{self.muscle}:{self.side}"

    @property
    def count(self) -> int:
        """One entry."""
        return 1


@dataclass(frozen=True, slots=True)
class SiteRow:
    """So many entries of one muscle and side with the same dose each: a line of the table."""

    muscle: str
    side: str
    count: int
    units_each: Decimal

    @property
    def units(self) -> Decimal:
        """All of them together."""
        return self.count * self.units_each

    @property
    def place(self) -> str:
        """The injection it belongs to."""
        return f"{self.muscle}:{self.side}"


def rows_of(sites: Iterable[SiteDraft]) -> tuple[SiteRow, ...]:
    """Return sites as lines: neighbours of one muscle, side and dose are one line."""
    return tuple(
        SiteRow(muscle, side, len(list(entries)), units)
        for (muscle, side, units), entries in groupby(sites, key=lambda site: (site.muscle, site.side, site.units))
    )


def drafts_of(plan: Plan | InjectionSession) -> tuple[SiteDraft, ...]:
    """Return the sites of a plan, or of a session, as they are kept."""
    return tuple(
        SiteDraft(site.muscle.key, site.side, site.units, Point(site.figure, site.x, site.y))
        for site in plan.sites.select_related("muscle")
    )


def spread(rows: Iterable[SiteRow], kept: Sequence[SiteDraft], formulary: Formulary) -> tuple[SiteDraft, ...]:
    """Return lines as sites: those of a muscle and side keep the points they have, further ones are laid out beside.

    Raises `UnknownEntry` for a muscle the catalogue does not have.
    """
    free: dict[str, list[Point]] = {}
    for site in kept:
        free.setdefault(f"{site.muscle}:{site.side}", []).append(site.point)
    wanted: dict[str, int] = {}
    lines = list(rows)
    for row in lines:
        wanted[row.place] = wanted.get(row.place, 0) + row.count
    for place, count in wanted.items():
        free[place] = _points(place, count, free.get(place, []), formulary)
    return tuple(
        SiteDraft(row.muscle, row.side, row.units_each, free[row.place].pop(0))
        for row in lines
        for _ in range(row.count)
    )


def _points(place: str, count: int, kept: list[Point], formulary: Formulary) -> list[Point]:
    muscle, _, side = place.partition(":")
    figure = kept[0].figure if kept else ""
    wanted = count + len(kept)
    laid = lay_out(wanted, muscle, side, formulary, figure) or lay_out(wanted, muscle, side, formulary)
    found = (kept + [point for point in laid if point not in kept])[:count]
    return found + found[-1:] * (count - len(found))  # more than the figure has room for share its last place


def protocol_site_drafts(protocol: Protocol, formulary: Formulary) -> tuple[SiteDraft, ...]:
    """Return the fixed sites of a protocol."""
    laid = protocol_sites(protocol, formulary)
    return tuple(SiteDraft(site.muscle, site.side, site.units, site.point) for site in laid)


def side_for(muscle: str, side: str, formulary: Formulary) -> str:
    """Return the side that is stored: midline for an unpaired muscle, empty where left or right is still missing."""
    return settle_side(formulary.muscle(muscle), side or None) or ""


def as_values(sites: Iterable[SiteDraft]) -> tuple[Site, ...]:
    """Return the sites as the rules read them."""
    return tuple(
        Site(ref=str(number), muscle=site.muscle, side=site.side, units=site.units, point=site.point)
        for number, site in enumerate(sites)
    )


def keep_sites(plan: Plan, sites: Sequence[SiteDraft]) -> None:
    """Keep these sites: rows that stay the same are left alone, the others change, come or go (history keeps them)."""
    keys = {site.muscle for site in sites}
    muscles = {row.key: row for row in MuscleVersion.objects.current().filter(key__in=keys)}
    rows = list(plan.sites.select_related("muscle"))
    for position, (row, site) in enumerate(zip(rows, sites, strict=False)):
        if _differs(row, site, position):
            _fill(row, site, position, muscles).save()
    plan.sites.filter(pk__in=[row.pk for row in rows[len(sites) :]]).delete()
    PlanSite.objects.bulk_create(
        _fill(PlanSite(plan=plan), site, position, muscles)
        for position, site in enumerate(sites)
        if position >= len(rows)
    )


def _differs(row: PlanSite, site: SiteDraft, position: int) -> bool:
    return (row.muscle.key, row.side, row.units, row.figure, row.x, row.y, row.position) != (
        site.muscle,
        site.side,
        site.units,
        site.point.figure,
        site.point.x,
        site.point.y,
        position,
    )


def _fill(row: PlanSite, site: SiteDraft, position: int, muscles: dict[str, MuscleVersion]) -> PlanSite:
    row.muscle, row.side, row.units, row.position = muscles[site.muscle], site.side, site.units, position
    row.figure, row.x, row.y = site.point.figure, site.point.x, site.point.y
    return row
