"""Sides and places: which side a muscle may have (R24), and where its entries stand on the figures.

Pure geometry. Sides are the patient's own. A muscle with points of its own in the protocol's chart uses those first;
otherwise its entries are laid out evenly about its one chart point. Schematic: distances here are for legible marks.

Source: docs/sources.md#muscles-and-points
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, inf, pi, sin

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
CLEAR = 20
"""The least distance of an extra entry from those already there."""
SEARCHED = 60
"""How many rings' worth of places are tried for extra entries."""
STEP = Decimal("0.00001")
EDGE = Decimal("0.01")
HALF = Decimal("0.5")
PROFILES = ("head_left", "head_right")
"""Figures without a midline: the whole figure is one side."""

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

    A muscle of the protocol's chart takes the chart's points first and then the nearest free places beside them. Every
    other muscle's entries stand evenly about its one chart point: on rings, or in a column near the midline. No entry
    crosses the midline or leaves its figure. With `figure` only that figure is used; a muscle not drawn on it has none.
    """
    known = formulary.muscle(muscle)
    charted = [
        chart.point
        for chart in sorted(formulary.chart_points, key=lambda chart: (not chart.is_fixed, chart.seq))
        if (chart.muscle, chart.side) == (muscle, side) and figure in ("", chart.point.figure)
    ]
    if charted:
        return tuple([*charted, *_beside(charted, side, count - len(charted))][:count])
    centre = known.point_on(side, figure) or _middle(known, figure)
    return () if centre is None else _about(centre, count, side)


def _middle(muscle: Muscle, figure: str) -> Point | None:
    """The midline place of a paired muscle that may be injected in the middle: between its two sides."""
    left, right = muscle.point_on("left", figure), muscle.point_on("right", figure)
    return Point(left.figure, (left.x + right.x) / 2, (left.y + right.y) / 2) if left and right else None


def _about(centre: Point, count: int, side: str) -> tuple[Point, ...]:
    """Places evenly about a centre: alone on it, on rings around it, or in a column beside the midline."""
    if count == 1:
        return (centre,)
    width, height = _size(centre.figure)
    rings = list(_rings(count))
    reach = max(radius for radius, _ in rings)
    away = 1 if centre.x >= HALF else -1
    if side != MIDLINE and abs(centre.x - HALF) * width < reach + MARK / 2:
        gap = min(_fraction(MARK, height), (1 - 2 * EDGE) / (count - 1))
        places = [(centre.x, centre.y + gap * (place - Decimal(count - 1) / 2)) for place in range(count)]
    else:
        places = [
            (
                centre.x + _fraction(away * radius * sin(angle), width),
                centre.y - _fraction(radius * cos(angle), height),
            )
            for radius, angle in rings
        ]
    right, down = (_shift([place[axis] for place in places]) for axis in (0, 1))
    return tuple(Point(centre.figure, (x + right).quantize(STEP), (y + down).quantize(STEP)) for x, y in places)


def _rings(count: int) -> Iterator[tuple[float, float]]:
    """Radius and angle of each of `count` places on as few rings as hold them."""
    left, ring = count, 1
    while left > 0:
        here = min(left, RING * ring)
        for place in range(here):
            yield MARK * ring, 2 * pi * place / here
        left, ring = left - here, ring + 1


def _shift(along: Sequence[Decimal]) -> Decimal:
    """How far all places move together so that none leaves its figure."""
    return max(EDGE - min(along), Decimal(0)) + min(1 - EDGE - max(along), Decimal(0))


def _beside(taken: Sequence[Point], side: str, count: int) -> list[Point]:
    """Free places on the figure of points already taken, the nearest to the first of them first."""
    found: list[Point] = []
    if count <= 0:
        return found
    centre = taken[0]
    width, height = _size(centre.figure)
    away = 1 if centre.x >= HALF else -1
    for radius, angle in _rings(RING * SEARCHED):
        x = (centre.x + _fraction(away * radius * sin(angle), width)).quantize(STEP)
        y = (centre.y - _fraction(radius * cos(angle), height)).quantize(STEP)
        place = Point(centre.figure, x, y)
        is_inside = EDGE <= x <= 1 - EDGE and EDGE <= y <= 1 - EDGE
        in_profile = centre.figure in PROFILES or side == MIDLINE
        crosses = not in_profile and away * (x - HALF) * width < MARK / 2
        if is_inside and not crosses and all(_apart(place, other) >= CLEAR for other in [*taken, *found]):
            found.append(place)
            if len(found) == count:
                break
    return found


def _apart(one: Point, other: Point) -> float:
    """The distance of two places in their figure's units; places on two figures never touch."""
    if one.figure != other.figure:
        return inf
    width, height = _size(one.figure)
    return hypot(float(one.x - other.x) * width, float(one.y - other.y) * height)


def _size(figure: str) -> tuple[int, int]:
    return FIGURE_SIZE.get(figure, HEAD_SIZE)


def _fraction(length: float, of: int) -> Decimal:
    return (Decimal(str(length)) / of).quantize(STEP)


def place_names(sites: Sequence[Site], formulary: Formulary) -> dict[str, str]:
    """Each injection in plain words, by "muscle:side"."""
    return {site.place: place_name(site.muscle, site.side, formulary) for site in sites}
