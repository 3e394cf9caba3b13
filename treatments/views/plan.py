"""A plan's pages: make one, and read it."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role, User
from patients.models import Patient
from treatments.forms.plan import PlanForm, products_for
from treatments.formulary_db import current_formulary
from treatments.models import Consultation, Decision, Plan
from treatments.plan_drafts import PlanDraft, draft_by_hand, draft_from_protocol, draft_from_session
from treatments.previous import last_session_for
from treatments.quantities import show_number, show_units
from treatments.showing import shown_source
from treatments.views.common import of_patient, opened, today_at
from treatments.views.plan_page import protocol_name
from treatments.views.plan_read import show_plan


def plans_for(user: User) -> "QuerySet[Plan]":
    """Return the plans this person may open, with what their pages name."""
    plans: QuerySet[Plan] = Plan.objects.visible_to(user).select_related(
        "patient__location", "location", "clinician", "condition", "product", "protocol", "consultation__intake"
    )
    return plans


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def plan_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose a condition, then a protocol or a product: the draft opens."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    consultation = _decided(user, patient, request.GET.get("consultation", ""))
    formulary = current_formulary()
    asked = request.POST.get("condition") or request.GET.get("condition") or ""
    key = asked or (consultation.condition.key if consultation and consultation.condition else "")
    condition = formulary.conditions.get(key)
    last = last_session_for(patient, condition.key) if condition else None
    form = None
    if request.method == "POST" and consultation is not None and condition is not None:
        common = {"patient": patient, "consultation": consultation, "by": user, "now": clock.now()}
        form = PlanForm(request.POST, condition=condition, formulary=formulary)
        if last is not None and request.POST.get("last") == str(last.public_id):
            made = draft_from_session(session=last, consultation=consultation, by=user, now=clock.now())
            return redirect("treatments:plan_edit", made.public_id)
        protocol = formulary.protocols.get(request.POST.get("protocol", ""))
        if protocol is not None and protocol.muscles:
            made = draft_from_protocol(protocol_key=protocol.key, **common)
            return redirect("treatments:plan", made.public_id)
        if form.is_valid():
            draft = PlanDraft(
                product_key=form.cleaned_data["product"],
                interval=form.interval,
                sites=(),
                primary_instrument=form.cleaned_data["primary_instrument"],
                note=form.cleaned_data["note"],
            )
            made = draft_by_hand(condition_key=condition.key, draft=draft, **common)
            return redirect("treatments:plan_edit", made.public_id)
    elif condition is not None:
        form = PlanForm(
            condition=condition,
            formulary=formulary,
            initial={
                "interval_value": int(condition.effect.default_interval_weeks),
                "interval_unit": "weeks",
                "primary_instrument": condition.primary_instrument,
            },
        )
    context = {
        **of_patient(patient, today_at(patient)),
        "consultation": consultation,
        "conditions": sorted(formulary.conditions.values(), key=lambda item: item.name),
        "condition": condition,
        "last": last,
        "last_total": show_units(last.total_units) if last and last.total_units else "",
        "effect_source": shown_source(condition.effect.source) if condition else None,
        "protocols": [
            {
                "protocol": item,
                "name": protocol_name(item.key),
                "product": formulary.product(item.product).name,
                "units": show_number(item.total_units),
                "weeks": int(item.interval_weeks) if item.interval_weeks else 0,
                "source": shown_source(item.source),
                "is_approved": condition.status_of(item.product) == "approved",
            }
            for item in formulary.protocols.values()
            if condition and item.condition == condition.key and item.muscles
        ],
        "products": products_for(condition, formulary) if condition else [],
        "form": form,
    }
    return render(request, "treatments/plan_new.html", context, status=422 if form is not None and form.errors else 200)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a plan: its sites against the protocol, what the rules say, and its next step."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    opened(held, verb="plan.opened", by=user, patient=held.patient)
    return show_plan(request, held, on=asked_day(request))


def asked_day(request: HttpRequest) -> date | None:
    """Return the day of the session that the page was asked to judge for."""
    try:
        return parse_date(request.GET.get("on") or request.POST.get("on") or "")
    except ValueError:
        return None


def _decided(user: User, patient: Patient, asked: str) -> Consultation | None:
    """Return the signed consultation a plan follows from: the one named, else the latest, if it decided to treat."""
    signed = Consultation.objects.visible_to(user).filter(patient=patient, signed_at__isnull=False)
    signed = signed.select_related("condition", "location").order_by("-held_on", "-id")
    named = next((row for row in signed if str(row.public_id) == asked), None)
    latest = named or signed.first()
    return latest if latest is not None and latest.decision == Decision.TREAT else None
