"""A treatment plan as it stands, for paper: sites and doses, interval, goals and what it is combined with."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clinic.staff.models import User
from treatments.forms_session.sites import SiteRow
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Consultation, Plan, PlanSite, PlanState, Side
from treatments.papers.figures import charted, legend
from treatments.papers.frame import NOTHING, day, framed
from treatments.papers.typesetting import Paper
from treatments.plan_sites import drafts_of, rows_of
from treatments.quantities import show_number, show_units
from treatments.views.plan_page import protocol_name
from treatments.views.session_sheet import figures_of


def printed_plan(plan: Plan, *, by: User, now: datetime) -> Paper:
    """Return a plan."""
    formulary = current_formulary()
    sites = list(plan.sites.select_related("muscle"))
    total = show_units(sum((site.units for site in sites), Decimal(0)))
    return framed(
        "printed_plan",
        _("Treatment plan"),
        patient=plan.patient,
        location=plan.location,
        by=by,
        now=now,
        about=f"{plan.condition.name} · {plan.get_state_display()}",
        notices=_notices(plan),
        facts=_facts(plan),
        figures=charted(figures_of([_row(site) for site in sites], formulary)),
        legend=legend(),
        total=total,
        injections=_table(plan, formulary, total, len(sites)),
        groups=consulted(plan.consultation),
        words={"chart": _("Body chart"), "sites": _("Sites, muscle by muscle")},
    )


def _notices(plan: Plan) -> list[dict[str, str]]:
    if plan.state == PlanState.ACTIVE:
        return []
    tone = "due" if plan.state == PlanState.DRAFT else "plain"
    return [{"tone": tone, "lead": f"{plan.get_state_display()}.", "text": plan.state_reason}]


def _facts(plan: Plan) -> list[tuple[str, str]]:
    pairs = [
        (_("Condition"), plan.condition.name),
        (_("Product"), plan.product.name),
        (_("Every"), f"{plan.interval_value} {plan.get_interval_unit_display()}"),
        (_("Protocol"), protocol_name(plan.protocol.key) if plan.protocol else _("by hand")),
        (_("Clinician"), plan.clinician.full_name),
        (_("Since"), day(plan.started_on)),
        (_("Note"), plan.note),
    ]
    return [(label, value) for label, value in pairs if value]


def _row(site: PlanSite) -> SiteRow:
    return SiteRow(
        key=str(site.public_id),
        muscle=site.muscle.key,
        side=site.side,
        figure=site.figure,
        x=str(site.x),
        y=str(site.y),
        units=show_number(site.units).replace(",", ""),
    )


def _table(plan: Plan, formulary: Formulary, total: str, count: int) -> dict[str, Any]:
    rows = []
    for row in rows_of(drafts_of(plan)):
        muscle = formulary.muscles.get(row.muscle)
        name = muscle.name if muscle else row.muscle
        side, each = str(Side(row.side).label), show_units(row.units_each)
        rows.append([name, side, str(row.count), each, show_units(row.units)])
    return {
        "head": [_("Muscle"), _("Side"), _("Sites"), _("At each"), _("Planned")],
        "rows": rows,
        "foot": [_("Total"), "", str(count), "", total],
    }


def consulted(consultation: Consultation | None) -> list[dict[str, Any]]:
    """Return goals and combined strategies of a consultation, each a part of its own."""
    if consultation is None:
        return []
    aside = _("consultation of %(day)s") % {"day": day(consultation.held_on)}
    goals = [(one.text, one.target or NOTHING) for one in consultation.goals.all()]
    kept = {True: _("kept up"), False: _("given up"), None: ""}
    strategies = [
        (one.what, ", ".join(part for part in (one.since, kept[one.is_kept_up]) if part) or NOTHING)
        for one in consultation.strategies.all()
    ]
    groups = [
        {"title": _("Goals"), "aside": aside, "pairs": goals},
        {"title": _("Combined with"), "aside": aside, "pairs": strategies},
    ]
    return [group for group in groups if group["pairs"]]
