"""Muscles with their places on the figures, and the protocols that name them.

Source: docs/sources.md#muscles-and-points
"""

from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Source
from treatments.formulary.reading import Row

MIDLINE = "midline"
FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a figure: fractions of its width and height, the origin top left."""

    figure: str
    x: Decimal
    y: Decimal


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One needle entry of a protocol, drawn for its muscle and the patient's own side."""

    seq: int
    muscle: str
    side: str
    kind: str
    point: Point

    @property
    def is_fixed(self) -> bool:
        """Whether every session has it; the others follow the pain."""
        return self.kind == FIXED


@dataclass(frozen=True, slots=True)
class Muscle:
    """One muscle, joint or zone that is injected; `points` per figure and side, schematic."""

    key: str
    name: str
    body_region: str
    is_paired: bool
    sides: tuple[str, ...]
    is_deep: bool
    points: tuple[tuple[str, Point], ...]
    caution: str
    synonyms: tuple[str, ...]
    source: Source

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures it is drawn on, its own first."""
        return tuple(dict.fromkeys(point.figure for _, point in self.points))

    def point_on(self, side: str, figure: str = "") -> Point | None:
        """Its one chart point for a side: on the figure asked for, or on its first."""
        for stored, point in self.points:
            if stored == side and figure in ("", point.figure):
                return point
        return None


@dataclass(frozen=True, slots=True)
class ProtocolMuscle:
    """What a protocol gives to one muscle, both sides together."""

    muscle: str
    sites: int
    sites_per_side: int | None
    max_sites: int
    units_per_site: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Protocol:
    """A named template. Only those with `muscles` lay out sites by themselves; the others are ranges to read."""

    key: str
    product: str
    condition: str
    interval_weeks: Decimal | None
    muscles: tuple[ProtocolMuscle, ...]
    source: Source

    @property
    def total_units(self) -> Decimal:
        """Units of all its fixed sites."""
        return sum((row.sites * row.units_per_site for row in self.muscles), Decimal(0))

    @property
    def total_sites(self) -> int:
        """Its fixed needle entries."""
        return sum(row.sites for row in self.muscles)


def read_muscle(row: Row) -> Muscle:
    """Read one entry of muscles.json."""
    points = [
        (side, read_point(placement.row("points").row(side), placement.text("figure")))
        for placement in row.rows("placements")
        for side in placement.row("points").data
    ]
    return Muscle(
        key=row.text("id"),
        name=row.text("name"),
        body_region=row.text("body_region"),
        is_paired=row.flag("paired"),
        sides=row.words("laterality_allowed"),
        is_deep=row.text("depth") == "deep",
        points=tuple(points),
        caution=row.maybe_text("caution"),
        synonyms=row.words("synonyms"),
        source=row.source(),
    )


def read_point(row: Row, figure: str) -> Point:
    """Read an x and a y on a figure."""
    return Point(figure=figure, x=row.number("x"), y=row.number("y"))


def read_chart_point(row: Row) -> ChartPoint:
    """Read one entry of chart_points.json."""
    return ChartPoint(
        seq=row.whole("seq"),
        muscle=row.text("muscle"),
        side=row.text("side"),
        kind=row.text("kind"),
        point=read_point(row, row.text("figure")),
    )


def read_protocol(row: Row) -> Protocol:
    """Read one entry of protocols.json."""
    return Protocol(
        key=row.text("id"),
        product=row.maybe_text("product"),
        condition=row.maybe_text("condition"),
        interval_weeks=row.maybe_number("interval_weeks"),
        muscles=tuple(
            ProtocolMuscle(
                muscle=item.text("muscle"),
                sites=item.whole("sites_total"),
                sites_per_side=item.whole("sites_per_side") if item.has("sites_per_side") else None,
                max_sites=item.whole("follow_the_pain_max_sites"),
                units_per_site=item.number("units_per_site"),
                source=item.source(),
            )
            for item in row.rows("muscles")
        ),
        source=row.source(),
    )
