"""A plan as it is read: also where a deed on it was refused and the page comes back with what was typed."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clinic.staff.access import signed_in
from patients.consents import ConsentKind, NoWording, consents_of, wording_for
from treatments.consent_answers import about_plan
from treatments.findings import Finding as Found
from treatments.findings import Level, of_rule
from treatments.forms.deeds import LimitForm, ReasonsForm
from treatments.forms.plan import SiteTable
from treatments.formulary_db import current_formulary
from treatments.gates import Gate, decide
from treatments.last_time import last_time_of
from treatments.models import Plan, PlanState
from treatments.places import href_of
from treatments.plan_sites import drafts_of, rows_of
from treatments.planning import MAY_BECOME, findings_of
from treatments.previous import comparable, last_session
from treatments.quantities import show_number
from treatments.showing import further_of, shown_findings, source_line, words
from treatments.views.common import of_patient, today_at
from treatments.views.last_time import shown_last_time
from treatments.views.plan_page import day_to_judge, protocol_against, protocol_name, shown_table, sources_of
from treatments.views.window_trail import flags_of

KINDS = {"treatment": ConsentKind.TREATMENT, "off_label": ConsentKind.OFF_LABEL}
TONES = {"draft": "plain", "active": "ok", "paused": "due", "stopped": "", "completed": ""}
WHAT_TO_DO = {
    "R14": _("No reason lifts it: choose a product without it, or do not treat."),
    "R15": _("Leave the place out, or examine again and record the skin as healed."),
    "R17": _("No reason lifts it for this product: choose another, or do not treat."),
    "R18": _("No reason lifts it: wait for the age the label allows, or do not treat."),
    "R24": _("Give each of its sites the patient's left or right."),
    "R27": _("Explain the off-label use and take the patient's consent on this page."),
    "R31": _("Set the most you allow of it in one session, with your reason."),
}
LEAVE_OUT = _("Change the plan so that it no longer applies.")
DEEDS = {
    PlanState.PAUSED: _("Pause"),
    PlanState.STOPPED: _("Stop"),
    PlanState.COMPLETED: _("Complete"),
}


def show_plan(
    request: HttpRequest,
    plan: Plan,
    *,
    on: date | None = None,
    reasons: Any = None,
    owed: tuple[Found, ...] = (),
    limit: LimitForm | None = None,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    """Show a plan. `reasons` is what was typed for its overrides, `owed` the findings whose reason is still missing."""
    user = signed_in(request)
    formulary = current_formulary()
    today = today_at(plan.patient)
    day = day_to_judge(plan, today, formulary, on)
    found = findings_of(plan, on=day, formulary=formulary)
    decision = decide(found, Gate.PLAN)
    form = ReasonsForm(reasons, findings=decision.needs_reason)
    if owed:
        form.is_valid()
        form.ask_for(owed)
    is_draft = plan.state == PlanState.DRAFT
    may_write = user.is_clinician and plan.patient.restricted_at is None
    rows, last = rows_of(drafts_of(plan)), last_session(plan)
    same = comparable(last, plan.product.key)
    off_label = of_rule(found, "R27")
    may_become = MAY_BECOME[PlanState(plan.state)]
    context = {
        **of_patient(plan.patient, today),
        "plan": plan,
        "tone": TONES[plan.state],
        "protocol_name": protocol_name(plan.protocol.key) if plan.protocol else "",
        "table": shown_table(
            SiteTable.of_rows(rows, formulary),
            protocol_against(plan, plan.product.key),
            formulary,
            drafts_of(same) if same else None,
        ),
        "last": last,
        "own_last": same if same and same.plan_id == plan.pk else None,
        "findings": shown_findings(
            (item for item in found if item not in decision.stopped_by),
            field_of=form.field_of if is_draft and may_write else None,
            fold_unanswered=True,
        ),
        "reasons_form": form,
        "stopped_by": decision.stopped_by,
        "stops": [
            {
                "rule": item.rule,
                "text": words(item.wording.headline, item),
                "detail": words(item.wording.detail, item),
                "source": source_line(item.source),
                "href": href_of(item.source.place),
                "place": item.source.place,
                "further": further_of(item),
                "what_to_do": WHAT_TO_DO.get(item.rule, LEAVE_OUT),
            }
            for item in decision.stopped_by
        ],
        "on": day,
        "is_draft": is_draft,
        "is_active": plan.state == PlanState.ACTIVE,
        "may_write": may_write,
        "may_edit": may_write and bool(may_become),
        "deeds": [(state.value, label) for state, label in DEEDS.items() if state in may_become] if may_write else [],
        "may_resume": may_write and plan.state == PlanState.PAUSED,
        "kept": list(plan.findings.select_related("reason_by").order_by("-found_at", "id")),
        "goals": list(plan.consultation.goals.prefetch_related("reviews__by")) if plan.consultation else [],
        "strategies": list(plan.consultation.strategies.prefetch_related("reviews__by")) if plan.consultation else [],
        "sources": sources_of(plan, formulary),
        "instrument": formulary.instruments.get(plan.primary_instrument),
        "consents": _consents(plan),
        "needs_off_label": any(item.level is not Level.OK for item in off_label),
        "limit_form": limit or LimitForm(),
        "sessions": _sessions(plan),
        "flags": flags_of(plan, formulary),
        "notice": notice,
        "last_time": shown_last_time(
            last_time_of(plan, today=today, formulary=formulary), formulary, product=plan.product.key
        ),
    }
    return render(request, "treatments/plan_detail.html", context, status=status)


def _sessions(plan: Plan) -> list[dict[str, Any]]:
    """Return the sessions of the plan, the latest first, each with its total of this product."""
    rows = plan.sessions.select_related("void", "product").order_by("-injected_on", "-id")
    return [
        {
            "session": row,
            "units": show_number(row.total_units) if row.total_units is not None else "",
            "product": row.product.name,
            "is_void": hasattr(row, "void"),
        }
        for row in rows
    ]


def _consents(plan: Plan) -> list[dict[str, Any]]:
    """Return each kind with its words and what was answered about this plan, else about its consultation."""
    shown = []
    for name, kind in KINDS.items():
        try:
            wording = wording_for(kind, plan.patient.language)
        except NoWording:
            continue
        newest = consents_of(plan.patient, kind).filter(about_public_id__in=about_plan(plan)).first()
        shown.append({"name": name, "label": kind.label, "wording": wording, "newest": newest})
    return shown
