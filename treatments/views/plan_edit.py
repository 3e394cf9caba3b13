"""A plan as it is edited: under its version, with what the rules say meanwhile, and what somebody else saved."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from treatments.assessment import assess_plan
from treatments.errors import EditedMeanwhile, GateStays, PlanHasNoSites, PlanStateRefused
from treatments.forms.deeds import ReasonsForm, reasons_in
from treatments.forms.plan import PlanForm, SiteTable, plan_initial
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.gates import Gate, decide
from treatments.merging import three_way
from treatments.models import Plan
from treatments.plan_drafts import PlanDraft
from treatments.plan_facts import clinician_limit_of, facts_of_plan
from treatments.plan_sites import as_values, drafts_of, rows_of, spread
from treatments.planning import IN_USE, OPEN, revise_plan
from treatments.previous import comparable
from treatments.showing import shown_findings
from treatments.views.common import back_to, of_patient, opened, opened_with, today_at
from treatments.views.plan import plans_for
from treatments.views.plan_copy import Start, start_of
from treatments.views.plan_page import day_to_judge, protocol_against, protocol_name, shown_table, sources_of


@require_safe
@role_required(Role.CLINICIAN)
@to_write
def plan_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a plan to be edited; a closed one is only read."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    if held.state not in OPEN:
        return redirect("treatments:plan", held.public_id)
    opened(held, verb="plan.opened", by=user, patient=held.patient)
    formulary = current_formulary()
    start = start_of(held, request.GET.get("from", ""), formulary)
    form = _form(held, formulary, product=start.product)
    stands = SiteTable.of_rows(rows_of(drafts_of(held)), formulary)
    table = SiteTable.of_rows(rows_of(start.sites), formulary)
    return _show_edit(request, held, form, table, formulary, base={**plan_initial(held), **stands.as_typed()})


@role_required(Role.CLINICIAN)
@back_to("treatments:plan_edit")
def plan_revise(request: HttpRequest, public_id: UUID, *, version: int) -> HttpResponse:
    """Keep what was typed; a refusal leaves every line on the page."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    formulary = current_formulary()
    form = _form(held, formulary, request.POST)
    table = SiteTable.of_post(request.POST, formulary)
    if not (form.is_valid() and table.is_valid):
        return _show_edit(request, held, form, table, formulary, base=opened_with(request), version=version, status=422)
    draft = PlanDraft(
        product_key=form.cleaned_data["product"],
        interval=form.interval,
        sites=spread(table.rows, start_of(held, request.POST.get("from", ""), formulary).sites, formulary),
        primary_instrument=form.cleaned_data["primary_instrument"],
        note=form.cleaned_data["note"],
    )
    more: dict[str, Any] = {"base": opened_with(request), "version": version, "status": 422}
    try:
        revise_plan(
            plan=held,
            seen_version=version,
            draft=draft,
            by=user,
            now=clock.now(),
            reasons=reasons_in(request.POST),
            why=form.cleaned_data["why"],
            on=day_to_judge(held, today_at(held.patient), formulary),
        )
    except EditedMeanwhile as refusal:
        return _both(request, refusal, form, table, formulary)
    except GateStays as refusal:
        reasons = ReasonsForm(request.POST, findings=(*refusal.decision.needs_reason, *_answered(request, refusal)))
        reasons.is_valid()
        reasons.ask_for(refusal.decision.needs_reason)
        return _show_edit(request, held, form, table, formulary, reasons=reasons, **more)
    except PlanHasNoSites:
        form.add_error(None, _("A plan in use needs at least one site."))
        return _show_edit(request, held, form, table, formulary, **more)
    except PlanStateRefused:
        return redirect("treatments:plan", held.public_id)
    for note in table.notes:
        messages.warning(request, note)
    return redirect("treatments:plan", held.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def plan_check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what the rules make of what is typed, before it is saved; nothing is kept."""
    held = get_object_or_404(plans_for(signed_in(request)), public_id=public_id)
    formulary = current_formulary()
    table = SiteTable.of_post(request.POST, formulary)
    start = start_of(held, request.POST.get("from", ""), formulary)
    context = _checked(held, _form(held, formulary, request.POST), table, formulary, start)
    found = shown_findings(context["findings_found"], fold_unanswered=True)
    return render(request, "treatments/_plan_check.html", {**context, "findings": found, "is_live": True})


def _form(held: Plan, formulary: Formulary, data: Any = None, *, product: str = "") -> PlanForm:
    condition = formulary.condition(held.condition.key)
    initial = plan_initial(held) | ({"product": product} if product else {})
    return PlanForm(data, condition=condition, formulary=formulary, initial=initial)


def _answered(request: HttpRequest, refusal: GateStays) -> list[Any]:
    """Return the overrides whose reason was written well enough: it stays on the page."""
    given = reasons_in(request.POST)
    return [found for found in refusal.decision.shown if found.key in given]


def _checked(held: Plan, form: PlanForm, table: SiteTable, formulary: Formulary, start: Start) -> dict[str, Any]:
    """Return totals, table and findings of what is on the page."""
    sites = as_values(spread(table.rows, start.sites, formulary))
    on = day_to_judge(held, today_at(held.patient), formulary)
    facts = facts_of_plan(held, on=on, formulary=formulary, sites=sites)
    product = str(form["product"].value() or "")
    if product not in formulary.products:
        product = held.product.key
    if product != held.product.key:
        facts = replace(facts, product=product, clinician_limit=clinician_limit_of(product))
    findings = assess_plan(facts, formulary)
    last = comparable(start.last, product)
    return {
        "table": shown_table(
            table, protocol_against(held, product), formulary, drafts_of(last) if last is not None else None
        ),
        "findings_found": findings,
        "on": on,
    }


def _show_edit(  # noqa: PLR0913 - what a refusal brings back
    request: HttpRequest,
    held: Plan,
    form: PlanForm,
    table: SiteTable,
    formulary: Formulary,
    *,
    base: dict[str, str],
    version: int | None = None,
    status: int = 200,
    reasons: ReasonsForm | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    start = start_of(held, request.POST.get("from") or request.GET.get("from", ""), formulary)
    checked = _checked(held, form, table, formulary, start)
    found = checked["findings_found"]
    if reasons is None and held.state in IN_USE:
        reasons = ReasonsForm(None, findings=decide(found, Gate.PLAN).needs_reason)
    context = {
        **of_patient(held.patient, today_at(held.patient)),
        **checked,
        "findings": shown_findings(found, field_of=reasons.field_of if reasons else None, fold_unanswered=True),
        "plan": held,
        "start": start,
        "protocol_name": protocol_name(held.protocol.key) if held.protocol else "",
        "form": form,
        "version": held.version if version is None else version,
        "base": json.dumps(base),
        "muscles": _muscle_choices(formulary),
        "sources": sources_of(held, formulary),
        "is_bound": form.is_bound,
        **(more or {}),
    }
    return render(request, "treatments/plan_edit.html", context, status=status)


def _muscle_choices(formulary: Formulary) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the muscles by region of the body."""
    by_region: dict[str, list[tuple[str, str]]] = {}
    for muscle in sorted(formulary.muscles.values(), key=lambda item: item.name):
        by_region.setdefault(muscle.body_region.replace("_", " ").capitalize(), []).append((muscle.key, muscle.name))
    return sorted(by_region.items())


def _both(
    request: HttpRequest, refusal: EditedMeanwhile, form: PlanForm, table: SiteTable, formulary: Formulary
) -> HttpResponse:
    """Two wrote at once: theirs where nothing was typed here, both beside each other where both typed."""
    held = get_object_or_404(plans_for(signed_in(request)), public_id=refusal.theirs.public_id)
    theirs_table = SiteTable.of_rows(rows_of(drafts_of(held)), formulary)
    theirs = {**plan_initial(held), **theirs_table.as_typed()}
    merged = three_way(opened_with(request), {**form.as_typed(), **table.as_typed()}, theirs)
    data = request.POST.copy()
    for name, value in merged.values.items():
        data[name] = value
    again = _form(held, formulary, data)
    again.is_valid()
    meanwhile = [
        {
            "label": _label(name, again, formulary),
            "theirs": value,
            "typed": merged.values.get(name) if is_conflict else None,
        }
        for is_conflict, found in ((True, merged.conflicts), (False, merged.taken))
        for name, value in found.items()
    ]
    return _show_edit(
        request,
        held,
        again,
        SiteTable.of_post(data, formulary),
        formulary,
        base=theirs,
        status=409,
        more={"meanwhile": meanwhile, "is_edited_meanwhile": True},
    )


def _label(name: str, form: PlanForm, formulary: Formulary) -> str:
    """Return what a box of the page is called: "Temporalis, left: units each"."""
    if name in form.fields:
        return str(form.fields[name].label)
    box, _dash, line = name.partition("-")
    muscle, _colon, side = line.rpartition(":")[0].partition(":")
    known = formulary.muscles.get(muscle)
    words = {"count": _("sites"), "units": _("units each"), "muscle": _("muscle"), "side": _("side")}
    sides = {"left": _("left"), "right": _("right"), "midline": _("midline")}
    return f"{known.name if known else line}, {sides.get(side, side)}: {words.get(box, box)}"
