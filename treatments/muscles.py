"""Sides and places: which side a muscle may have (R24), and where its entries stand on the figures.

Pure geometry. Sides are the patient's own. A muscle with points of its own in the protocol's chart uses those first;
otherwise its entries are laid out evenly about its one chart point. Schematic: distances here are for legible marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, pi, sin

from treatments.facts import Site
from treatments.findings import DATA_QUALITY, Finding, Level, Wording, gettext_noop
from treatments.formulary import Formulary, Muscle, Point, Protocol
from treatments.formulary.anatomy import MIDLINE
from treatments.site_dosing import place_name

FIGURE_SIZE = {"body_front": (500, 1000), "body_back": (500, 1000)}
HEAD_SIZE = (400, 500)
MARK = 26
"""Distance between the middles of two marks that stay legible, in the figures' own units."""
RING = 6
"""Entries on the inner ring; each further ring holds as many more."""
STEP = Decimal("0.00001")
EDGE = Decimal("0.01")

SIDES_OK = Wording("R24.sides", gettext_noop("Every site has its side"))
SIDE_MISSING = Wording("R24.missing", gettext_noop("{place} needs left or right"))
SIDE_NOT_ALLOWED = Wording("R24.not_allowed", gettext_noop("{place} needs left or right, not {side}"))
SIDE_IGNORED = Wording(
    "R24.midline", gettext_noop("{place} lies in the midline; {side} was chosen"), gettext_noop("Stored as midline.")
)


def settle_side(muscle: Muscle, side: str | None) -> str | None:
    """The side to store: midline for an unpaired muscle whatever was chosen; for a paired one what was chosen."""
    return MIDLINE if not muscle.is_paired else side or None


def side_finding(muscle: Muscle, side: str | None, *, sites: tuple[str, ...] = ()) -> Finding:
    """R24: a paired muscle needs a side of the patient; an unpaired one has none, and a side chosen is dropped."""
    level, wording = Level.OK, SIDES_OK
    if muscle.is_paired and not side:
        level, wording = Level.BLOCK, SIDE_MISSING
    elif muscle.is_paired and side not in muscle.sides:
        level, wording = Level.BLOCK, SIDE_NOT_ALLOWED
    elif not muscle.is_paired and side not in (None, "", MIDLINE):
        level, wording = Level.WARN, SIDE_IGNORED
    return Finding(
        rule="R24",
        level=level,
        wording=wording,
        source=DATA_QUALITY,
        values={"place": muscle.name, "side": side or ""},
        subject=f"{muscle.key}:{side or ''}",
        sites=sites,
    )


def side_findings(sites: Sequence[Site], formulary: Formulary) -> tuple[Finding, ...]:
    """R24 for a session: one finding a muscle and side that is wrong, else one ok. Raises `UnknownEntry`."""
    found = []
    for place in dict.fromkeys((site.muscle, site.side) for site in sites):
        refs = tuple(site.ref for site in sites if (site.muscle, site.side) == place)
        finding = side_finding(formulary.muscle(place[0]), place[1], sites=refs)
        if finding.level is not Level.OK:
            found.append(finding)
    return tuple(found) or (Finding(rule="R24", level=Level.OK, wording=SIDES_OK, source=DATA_QUALITY),)


@dataclass(frozen=True, slots=True)
class LaidSite:
    """A needle entry as a protocol lays it out."""

    muscle: str
    side: str
    units: Decimal
    point: Point


def protocol_sites(protocol: Protocol, formulary: Formulary) -> tuple[LaidSite, ...]:
    """The fixed needle entries of a protocol, in its order, each with its units and place.

    Both sides alike where the protocol gives so many a side; an unpaired muscle in the midline.
    """
    laid = []
    for row in protocol.muscles:
        muscle = formulary.muscle(row.muscle)
        sides = ("left", "right") if muscle.is_paired else (MIDLINE,)
        each = row.sites_per_side if row.sites_per_side is not None else row.sites
        for side in sides:
            points = lay_out(each, muscle.key, side, formulary)
            laid += [LaidSite(muscle.key, side, row.units_per_site, point) for point in points]
    return tuple(laid)


def follow_the_pain_points(muscle: str, side: str, formulary: Formulary) -> tuple[Point, ...]:
    """The extra points a protocol allows for a muscle and side."""
    return tuple(
        chart.point
        for chart in formulary.chart_points
        if (chart.muscle, chart.side) == (muscle, side) and not chart.is_fixed
    )


def lay_out(count: int, muscle: str, side: str, formulary: Formulary, figure: str = "") -> tuple[Point, ...]:
    """Places for so many entries of a muscle and side, no two alike. Raises `UnknownEntry`.

    On its own figure a muscle of the protocol's chart takes the chart's points first. What remains, and every other
    muscle, stands evenly about the one chart point; near the midline in a column, so that no entry crosses it.
    """
    known = formulary.muscle(muscle)
    charted = [
        chart.point
        for chart in sorted(formulary.chart_points, key=lambda chart: (not chart.is_fixed, chart.seq))
        if (chart.muscle, chart.side) == (muscle, side) and figure in ("", chart.point.figure)
    ]
    if count <= len(charted):
        return tuple(charted[:count])
    centre = known.point_on(side, figure) or _middle(known, figure)
    if centre is None:
        return tuple(charted[:count])
    if charted and figure in ("", charted[0].figure):
        centre = charted[0] if centre.figure != charted[0].figure else centre
    free = (point for point in _about(centre, count + len(charted), side) if point not in charted)
    return (*charted, *(point for point, _ in zip(free, range(count - len(charted)), strict=False)))


def _middle(muscle: Muscle, figure: str) -> Point | None:
    """The midline place of a paired muscle that may be injected in the middle: between its two sides."""
    left, right = muscle.point_on("left", figure), muscle.point_on("right", figure)
    if left is None or right is None:
        return muscle.point_on(MIDLINE, figure)
    return Point(left.figure, (left.x + right.x) / 2, (left.y + right.y) / 2)


def _about(centre: Point, count: int, side: str) -> Iterator[Point]:
    """Points evenly about a centre: alone on it, on rings around it, or in a column beside the midline."""
    if count == 1:
        yield centre
        return
    width, height = FIGURE_SIZE.get(centre.figure, HEAD_SIZE)
    room = abs(centre.x - Decimal("0.5")) * width
    reach = _reach(count)
    if side != MIDLINE and room < reach + MARK / 2:
        yield from _column(centre, count, height)
        return
    away = 1 if centre.x >= Decimal("0.5") else -1
    for radius, angle in _rings(count):
        x = centre.x + _fraction(away * radius * sin(angle), width)
        y = centre.y - _fraction(radius * cos(angle), height)
        yield Point(centre.figure, _inside(x), _inside(y))


def _rings(count: int) -> Iterator[tuple[float, float]]:
    """Radius and angle of each of `count` places on as few rings as hold them."""
    left, ring = count, 1
    while left > 0:
        here = min(left, RING * ring)
        radius = max(MARK * ring, MARK / (2 * sin(pi / here)) if here > 1 else 0)
        for place in range(here):
            yield radius, 2 * pi * place / here
        left, ring = left - here, ring + 1


def _reach(count: int) -> float:
    return max(radius for radius, _ in _rings(count))


def _column(centre: Point, count: int, height: int) -> Iterator[Point]:
    gap = _fraction(MARK, height)
    first = centre.y - gap * (count - 1) / 2
    for place in range(count):
        yield Point(centre.figure, centre.x, _inside(first + gap * place))


def _fraction(length: float, of: int) -> Decimal:
    return (Decimal(str(length)) / of).quantize(STEP)


def _inside(value: Decimal) -> Decimal:
    return min(max(value, EDGE), 1 - EDGE).quantize(STEP)


def place_names(sites: Sequence[Site], formulary: Formulary) -> dict[str, str]:
    """Each injection in plain words, by "muscle:side"."""
    return {site.place: place_name(site.muscle, site.side, formulary) for site in sites}
