"""A session as its pages show it: figures with marks, rows, totals, findings; computed, so templates only print."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from treatments.findings import Finding, Level
from treatments.forms_session.how import ReasonsForm
from treatments.forms_session.sites import SiteRow, sides_of
from treatments.formulary import Formulary
from treatments.gates import Decision
from treatments.models import SessionSite, Side
from treatments.muscles import FIGURE_SIZE, HEAD_SIZE
from treatments.places import href_of
from treatments.quantities import QuantityUnreadable, parse_units, show_ml, show_number, show_units
from treatments.session_made import Made, one_of
from treatments.showing import ShownSource, further_of, source_line

HEAD = (
    ("head_front", gettext_lazy("Face, front")),
    ("head_back", gettext_lazy("Head and neck, back")),
    ("head_right", gettext_lazy("Right side")),
    ("head_left", gettext_lazy("Left side")),
)
BODY = (("body_front", gettext_lazy("Body, front")), ("body_back", gettext_lazy("Body, back")))
OPEN = (Level.BLOCK, Level.OVERRIDE, Level.WARN, Level.OK_WITH_NOTE)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with the page's words: what components/finding.html prints."""

    level: str
    rule: str
    text: str
    detail: str
    source: str
    href: str = ""
    place: str = ""
    further: tuple[ShownSource, ...] = ()
    reason_field: Any = None
    reason: str = ""


def words_of(finding: Finding) -> tuple[str, str]:
    """Return headline and detail in the reader's language."""
    wording, shown = finding.wording, finding.shown
    detail = _(wording.detail).format(**shown) if wording.detail else ""
    return _(wording.headline).format(**shown), detail


def shown_findings(
    findings: Iterable[Finding], reasons: Mapping[str, str], form: ReasonsForm | None = None
) -> dict[str, list[ShownFinding]]:
    """Return the findings that ask for attention, the gravest first, and those that are clear."""
    ordered = sorted(findings, key=lambda finding: -finding.level.rank)
    shown = [(finding, _shown(finding, reasons, form)) for finding in ordered]
    return {
        "open": [item for finding, item in shown if finding.level in OPEN],
        "clear": [item for finding, item in shown if finding.level not in OPEN],
    }


def _shown(finding: Finding, reasons: Mapping[str, str], form: ReasonsForm | None) -> ShownFinding:
    text, detail = words_of(finding)
    reason_field = form.field_for(finding) if form else None
    return ShownFinding(
        level=finding.level.value,
        rule=finding.rule,
        text=text,
        detail=detail,
        source=source_line(finding.source),
        href=href_of(finding.source.place),
        place=finding.source.place,
        further=further_of(finding),
        reason_field=reason_field,
        reason="" if reason_field else reasons.get(finding.key, ""),
    )


def asking_form(findings: Sequence[Finding], reasons: Mapping[str, str]) -> ReasonsForm:
    """Return a reason field for each override."""
    return ReasonsForm((finding for finding in findings if finding.level is Level.OVERRIDE), reasons)


def badges_of(findings: Sequence[Finding], decision: Decision) -> list[dict[str, str]]:
    """Return the words beside the totals: what stops, what a reason is due for, what is only said."""
    overrides = sum(finding.level is Level.OVERRIDE for finding in findings)
    warnings = sum(finding.level is Level.WARN for finding in findings)
    due = len(decision.needs_reason)
    badges = []
    if decision.stopped_by:
        badges.append({"word": _("Cannot be signed yet"), "tone": "stop"})
    if decision.given_despite:
        badges.append({"word": _("Given despite a stop"), "tone": "stop"})
    if due:
        badges.append({"word": ngettext("%(n)s reason due", "%(n)s reasons due", due) % {"n": due}, "tone": "due"})
    elif overrides:
        words = ngettext("%(n)s override, reason given", "%(n)s overrides, reasons given", overrides)
        badges.append({"word": words % {"n": overrides}, "tone": "info"})
    if warnings:
        words = ngettext("%(n)s warning", "%(n)s warnings", warnings) % {"n": warnings}
        badges.append({"word": words, "tone": "info"})
    return badges or [{"word": _("No stop"), "tone": "ok"}]


def figures_of(
    rows: Sequence[SiteRow], formulary: Formulary, ghosts: Iterable[SessionSite] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return the six figures with the marks of the rows that have a place, and last session's as outlines."""
    placed = [row for row in rows if row.figure and row.x and row.y and not row.is_removed]
    of = Counter((row.muscle, row.side) for row in placed)
    seen: Counter[tuple[str, str]] = Counter()
    marks: dict[str, list[dict[str, Any]]] = {}
    for row in placed:
        place = (row.muscle, row.side)
        seen[place] += 1
        marks.setdefault(row.figure, []).append(_mark(row, formulary, seen[place], of[place]))
    shades: dict[str, list[dict[str, Any]]] = {}
    for site in ghosts:
        width, height = _size(site.figure)
        shades.setdefault(site.figure, []).append(
            {"x": f"{site.x * width:.2f}", "y": f"{site.y * height:.2f}", "side": site.side}
        )
    return {
        name: [
            {
                "figure": figure,
                "title": title,
                "marks": marks.get(figure, []),
                "ghosts": shades.get(figure, []),
                "count": len(marks.get(figure, [])),
                "tally": tally([row for row in placed if row.figure == figure]),
            }
            for figure, title in figures
        ]
        for name, figures in (("head", HEAD), ("body", BODY))
    }


def _size(figure: str) -> tuple[int, int]:
    return FIGURE_SIZE.get(figure, HEAD_SIZE)


def _mark(row: SiteRow, formulary: Formulary, number: int, of: int) -> dict[str, Any]:
    width, height = _size(row.figure)
    muscle = formulary.muscles.get(row.muscle)
    side = str(Side(row.side).label).lower() if row.side in Side.values else ""
    label = _("%(place)s, %(units)s units") % {
        "place": f"{muscle.name if muscle else row.muscle} {side}".strip(),
        "units": row.units,
    }
    if of > 1:
        label += ", " + _("site %(number)s of %(of)s") % {"number": number, "of": of}
    return {
        "x": f"{Decimal(row.x) * width:.2f}",
        "y": f"{Decimal(row.y) * height:.2f}",
        "side": row.side,
        "units": row.units,
        "label": label,
        "key": row.key,
        "muscle": row.muscle,
        "number": number,
    }


def units_in(row: SiteRow) -> Decimal:
    """Return the units typed in a row, nought while they cannot be read."""
    try:
        return parse_units(row.units)
    except QuantityUnreadable:
        return Decimal(0)


def total_of(rows: Iterable[SiteRow]) -> Decimal:
    """Return the exact sum of the rows."""
    return sum((units_in(row) for row in rows if not row.is_removed), Decimal(0))


def tally(rows: Sequence[SiteRow]) -> str:
    """Return "7 sites · 35 units"."""
    words = ngettext("%(n)s site", "%(n)s sites", len(rows)) % {"n": len(rows)}
    return f"{words} · {show_units(total_of(rows))}"


def totals_of(rows: Sequence[SiteRow], made: Sequence[Made]) -> dict[str, Any]:
    """Return the session's totals as text: in all, a side, and mL where every site has a preparation."""
    used = [row for row in rows if not (row.is_removed or row.is_empty)]
    sides = [
        {"side": side, "units": show_number(total_of(mine)), "count": len(mine)}
        for side in ("left", "midline", "right")
        for mine in [[row for row in used if row.side == side]]
    ]
    volume = _volume_of(used, made)
    return {
        "units": show_number(total_of(used)),
        "ml": None if volume is None else show_ml(volume),
        "sites": len(used),
        "sides": sides,
    }


def _volume_of(rows: Sequence[SiteRow], made: Sequence[Made]) -> Decimal | None:
    """Return the mL of all rows; None while nothing is made up, or a row names no preparation."""
    by_key = {str(one.row.public_id): one for one in made}
    only = made[0] if len(made) == 1 else None
    volume = Decimal(0)
    for row in rows:
        one = by_key.get(row.preparation, only)
        if one is None:
            return None
        volume += units_in(row) * one.row.diluent_ml / one.row.total_units
    return volume.quantize(Decimal("0.0001")) if made else None


def shown_rows(rows: Sequence[SiteRow], formulary: Formulary) -> list[dict[str, Any]]:
    """Return the rows of the table with the words around each."""
    shown = []
    for number, row in enumerate(rows, start=1):
        muscle = formulary.muscles.get(row.muscle)
        shown.append(
            {
                "row": row,
                "number": number,
                "name": muscle.name if muscle and not row.is_new else "",
                "sides": [(side, Side(side).label) for side in sides_of(row, formulary)],
            }
        )
    return shown


def muscle_options(formulary: Formulary) -> list[dict[str, Any]]:
    """Return the muscles by region of the body, for the choice in a new row."""
    regions: dict[str, list[Any]] = {}
    for muscle in sorted(formulary.muscles.values(), key=lambda item: item.name):
        regions.setdefault(muscle.body_region.replace("_", " "), []).append(muscle)
    return [{"region": region, "muscles": muscles} for region, muscles in sorted(regions.items())]


def injections_of(sites: Iterable[SessionSite], made: Sequence[Made] = ()) -> list[dict[str, Any]]:
    """Return the sheet's rows: the sites of one muscle, side and preparation together, in the order they were given."""
    groups: dict[tuple[str, str, int | None], list[SessionSite]] = {}
    for site in sites:
        groups.setdefault((site.muscle.name, site.side, site.preparation_id), []).append(site)
    rows = []
    for (name, side, preparation_id), mine in groups.items():
        one = one_of(made, preparation_id) if len(made) > 1 else None
        each = {site.units for site in mine}
        volume = sum((site.volume_ml or Decimal(0) for site in mine), Decimal(0))
        rows.append(
            {
                "muscle": name,
                "side": side,
                "side_word": Side(side).label,
                "made": one.position if one else "",
                "count": len(mine),
                "each": show_number(mine[0].units) if len(each) == 1 else _("mixed"),
                "units": show_number(sum((site.units for site in mine), Decimal(0))),
                "units_words": show_units(sum((site.units for site in mine), Decimal(0))),
                "each_words": " + ".join(show_number(site.units) for site in mine)
                if len(each) > 1
                else show_units(mine[0].units),
                "ml": show_number(volume),
            }
        )
    return rows
