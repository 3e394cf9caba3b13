"""The table of sites as a form: rows of text in, needle entries out, errors at the row; nothing typed is lost."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import gettext as _

from treatments.formulary import Formulary, Point
from treatments.formulary.anatomy import MIDLINE
from treatments.models import SessionSite
from treatments.muscles import lay_out, settle_side
from treatments.quantities import QuantityUnreadable, parse_units, show_number
from treatments.recording import SiteEntry
from treatments.showing import side_settled

FIGURES = ("head_front", "head_back", "head_right", "head_left", "body_front", "body_back")
STEP = Decimal("0.00001")
EMPTY_ROWS = 2
"""Rows offered for further sites; left empty, they mean nothing."""


@dataclass
class SiteRow:
    """One row as typed, with what is wrong with it by field."""

    key: str
    muscle: str = ""
    side: str = ""
    figure: str = ""
    x: str = ""
    y: str = ""
    units: str = ""
    is_new: bool = False
    is_removed: bool = False
    volume: str = ""
    preparation: str = ""
    """The public id of what it is from; empty where the session has one preparation or none."""
    note: str = ""
    """What was settled for it: a side that its muscle does not have (R24)."""
    errors: dict[str, str] = field(default_factory=dict)
    settled_from: str = ""
    """The side that was typed where the muscle has none: it lies in the midline (R24)."""

    @property
    def is_empty(self) -> bool:
        """Whether it is a further row nobody used."""
        return self.is_new and not (self.muscle or self.side or self.units.strip())

    @property
    def message(self) -> str:
        """What has to change in it."""
        return " ".join(self.errors.values())


def rows_of(sites: Iterable[SessionSite]) -> list[SiteRow]:
    """Return the rows of a draft as it is kept, and the empty ones for more."""
    return [
        *(
            SiteRow(
                key=str(site.public_id),
                muscle=site.muscle.key,
                side=site.side,
                figure=site.figure,
                x=str(site.x),
                y=str(site.y),
                units=show_number(site.units).replace(",", ""),
                volume="" if site.volume_ml is None else show_number(site.volume_ml),
                preparation=str(site.preparation.public_id) if site.preparation else "",
            )
            for site in sites
        ),
        *empty_rows(),
    ]


def empty_rows() -> list[SiteRow]:
    """Return rows for further sites."""
    return [SiteRow(key=str(uuid.uuid4()), is_new=True) for _ in range(EMPTY_ROWS)]


class SitesTable:
    """The posted table: `rows` as typed, `entries` once `is_valid()`.

    `stored` are the draft's own sites: a row whose muscle or side changed without being moved is laid out anew.
    """

    def __init__(self, posted: QueryDict, *, stored: Iterable[SessionSite], formulary: Formulary) -> None:
        self._stored = {str(site.public_id): site for site in stored}
        self._formulary = formulary
        once = {str(_uuid(key) or key): key for key in posted.getlist("row")}  # a row named twice is one row
        self.rows = [self._row(posted, key) for key in once.values()]
        self.entries: list[SiteEntry] = []

    def is_valid(self) -> bool:
        """Read every row; an entirely empty further row is ignored, a half-filled one is an error at the row."""
        self.entries = []
        taken: dict[tuple[str, str], list[Point]] = {}
        for row in self.rows:
            if row.is_removed or row.is_empty:
                continue
            entry = self._read(row, taken)
            if entry is not None:
                self.entries.append(entry)
                taken.setdefault((entry.muscle, entry.side), []).append(Point(entry.figure, entry.x, entry.y))
        return not any(row.errors for row in self.rows)

    @property
    def wrong(self) -> list[SiteRow]:
        """The rows that need a change."""
        return [row for row in self.rows if row.errors]

    @property
    def settled(self) -> list[tuple[str, str]]:
        """Muscle and typed side of the rows whose muscle has no side."""
        return [(row.muscle, row.settled_from) for row in self.rows if row.settled_from]

    def _row(self, posted: QueryDict, key: str) -> SiteRow:
        def typed(name: str) -> str:
            return posted.get(f"{key}-{name}", "").strip()

        return SiteRow(
            key=key,
            muscle=typed("muscle"),
            side=typed("side"),
            figure=typed("figure"),
            x=typed("x"),
            y=typed("y"),
            units=posted.get(f"{key}-units", ""),
            preparation=self._preparation(posted, key),
            is_new=key not in self._stored,
            is_removed=bool(typed("remove")),
        )

    def _preparation(self, posted: QueryDict, key: str) -> str:
        """Return what a row says it is from; a page that does not ask leaves it as it is kept."""
        stored = self._stored.get(key)
        kept = str(stored.preparation.public_id) if stored and stored.preparation else ""
        return posted.get(f"{key}-preparation", kept).strip()

    def _read(self, row: SiteRow, taken: Mapping[tuple[str, str], list[Point]]) -> SiteEntry | None:
        muscle = self._formulary.muscles.get(row.muscle)
        if muscle is None:
            row.errors["muscle"] = _("Choose the muscle.")
        side = settle_side(muscle, row.side) if muscle else row.side
        row.note = side_settled(muscle, row.side) if muscle else ""
        if muscle and (not side or (muscle.is_paired and side not in muscle.sides)):
            row.errors["side"] = _("Choose left or right.")
        units = self._units(row)
        public_id = _uuid(row.key)
        if muscle is None or not side or units is None or public_id is None or row.errors:
            return None
        point = self._point(row, muscle.key, side) or self._free_point(muscle.key, side, taken)
        if side != row.side:
            row.side, row.settled_from = side, row.side
        row.figure, row.x, row.y = point.figure, str(point.x), str(point.y)
        return SiteEntry(
            public_id=public_id,
            muscle=muscle.key,
            side=side,
            figure=point.figure,
            x=point.x,
            y=point.y,
            units=units,
            preparation=_uuid(row.preparation),
        )

    @staticmethod
    def _units(row: SiteRow) -> Decimal | None:
        if not row.units.strip():
            row.errors["units"] = _("Write the units.")
            return None
        try:
            return parse_units(row.units)
        except QuantityUnreadable as refused:
            row.errors["units"] = _(refused.reason)
            return None

    def _point(self, row: SiteRow, muscle: str, side: str) -> Point | None:
        """Return the place typed or dragged to; None where there is none, or where it belonged to another muscle."""
        x, y = _fraction(row.x), _fraction(row.y)
        if row.figure not in FIGURES or x is None or y is None:
            return None
        stored = self._stored.get(row.key)
        has_moved = stored is None or (x, y, row.figure) != (stored.x, stored.y, stored.figure)
        is_same = stored is None or (stored.muscle.key, stored.side) == (muscle, side)
        return Point(row.figure, x, y) if has_moved or is_same else None

    def _free_point(self, muscle: str, side: str, taken: Mapping[tuple[str, str], list[Point]]) -> Point:
        """Return the next place of the muscle that no other row has."""
        here = taken.get((muscle, side), [])
        laid = lay_out(len(here) + 1, muscle, side, self._formulary)
        fallback = Point("body_front", Decimal("0.5"), Decimal("0.5"))
        free = [point for point in laid if point not in here]
        return next(iter(free or laid), fallback)


def _fraction(text: str) -> Decimal | None:
    """Read a fraction of a figure's width or height, 0 to 1."""
    try:
        value = Decimal(text).quantize(STEP)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 1 else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def sides_of(row: SiteRow, formulary: Formulary) -> tuple[str, ...]:
    """Return the sides to offer in a row: those of its muscle, or all while there is none."""
    muscle = formulary.muscles.get(row.muscle)
    if muscle is None:
        return ("left", "right", MIDLINE)
    return muscle.sides if muscle.is_paired else (MIDLINE,)
