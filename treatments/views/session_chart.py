"""What the session's body chart asks and suggests beside its marks: the skin at a new place, the planned dose."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from treatments.chart_hints import places_of_muscles, planned_doses
from treatments.day_of import CLEAR_SKIN, INFECTED, DayOfAnswers
from treatments.forms_session.sites import SiteRow
from treatments.formulary import Formulary
from treatments.last_time import last_time_of
from treatments.models import InjectionSession, Plan
from treatments.plan_facts import sites_of
from treatments.quantities import show_number
from treatments.site_dosing import place_name
from treatments.views.last_time import beside_rows, left_out, shown_last_time
from treatments.views.session_common import today_of
from treatments.views.session_sheet import figures_of, muscle_options, shown_rows

SKIN = "skin-"
OFFERED = 5
"""Doses offered as buttons."""


def chart_context(session: InjectionSession, rows: Sequence[SiteRow], formulary: Formulary) -> dict[str, Any]:
    """Return the chart and its table: marks, last session's outlines, and beside each muscle what it had last time."""
    last = last_time_of(session.plan, but_not=session, today=today_of(session), formulary=formulary)
    shown = shown_last_time(last, formulary, product=session.product.key)
    used = {f"{row.muscle}:{row.side}" for row in rows if not row.is_removed}
    return {
        "figures": figures_of(rows, formulary, last.session.sites.all() if last else ()),
        "rows": beside_rows(shown_rows(rows, formulary), shown),
        "muscles": muscle_options(formulary),
        "blank_marks": [{"side": side, "x": 0, "y": 0} for side in ("left", "right", "midline")],
        "last_time": shown,
        "left_out": left_out(shown, used),
        **chart_hints(session.plan, formulary),
    }


def chart_hints(plan: Plan, formulary: Formulary) -> dict[str, Any]:
    """Return what the editor offers: `doses` the plan uses; `chart`, for its script, places and planned doses."""
    points = [
        {"muscle": muscle, "side": side, "figure": point.figure, "x": float(point.x), "y": float(point.y)}
        for muscle, side, point in places_of_muscles(formulary)
    ]
    sites = sites_of(plan)
    protocol = formulary.protocols.get(plan.protocol.key) if plan.protocol else None
    planned = {key: _typed(units) for key, units in planned_doses(sites, protocol).items()}
    return {
        "doses": [_typed(units) for units in sorted({site.units for site in sites})[:OFFERED]],
        "chart": {"points": json.dumps(points, separators=(",", ":")), "doses": json.dumps(planned)},
    }


def _typed(units: Decimal) -> str:
    """Return units as somebody would type them."""
    return show_number(units).replace(",", "")


def skin_asked(session: InjectionSession, rows: Iterable[SiteRow], formulary: Formulary) -> list[dict[str, Any]]:
    """Return the places of the chart that the day-of check did not ask about: each is looked at before the needle."""
    seen = DayOfAnswers.from_json(session.day_of_check).infection
    used = {
        f"{row.muscle}:{row.side}": row
        for row in rows
        if row.muscle in formulary.muscles and row.side and not (row.is_removed or row.errors)
    }
    answers = [(CLEAR_SKIN, _("Clear")), (INFECTED, _("Infected"))]
    return [
        {"name": SKIN + place, "place": place_name(row.muscle, row.side, formulary), "answers": answers}
        for place, row in used.items()
        if place not in seen
    ]


def skin_in(posted: QueryDict) -> dict[str, str]:
    """Return what was seen at the places asked about, by "muscle:side"."""
    return {name.removeprefix(SKIN): str(posted[name]) for name in posted if name.startswith(SKIN)}
