"""Deeds on a plan: put it to use, pause, resume, stop or complete it, take its consent, set a session limit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments import planning
from treatments.consents import take_consent
from treatments.errors import EditedMeanwhile, GateStays, PlanHasNoSites, PlanStateRefused
from treatments.forms.deeds import LimitForm, reasons_in
from treatments.views.common import back_to
from treatments.views.plan import asked_day, plans_for
from treatments.views.plan_read import KINDS, show_plan


@role_required(Role.CLINICIAN)
@back_to("treatments:plan")
def plan_activate(request: HttpRequest, public_id: UUID, *, version: int) -> HttpResponse:
    """Put a draft to use; a refusal brings the page back with every reason that was typed."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    on = asked_day(request)
    try:
        planning.activate(
            plan=held, seen_version=version, reasons=reasons_in(request.POST), by=user, now=clock.now(), on=on
        )
    except GateStays as refusal:
        notice = _("Each of these needs its reason first.")
        if refusal.decision.stopped_by:
            notice = _("Not in use yet: a stop stands. What to do is written beside it.")
        return show_plan(
            request, held, on=on, reasons=request.POST, owed=refusal.decision.needs_reason, status=422, notice=notice
        )
    except EditedMeanwhile:
        held = get_object_or_404(plans_for(user), public_id=public_id)
        notice = _("Somebody changed this plan since you opened it. Look at it again; your reasons are still here.")
        return show_plan(request, held, on=on, reasons=request.POST, status=409, notice=notice)
    except PlanHasNoSites:
        messages.error(request, _("The plan has no site yet: add its sites first."))
    except PlanStateRefused:
        messages.error(request, _("This plan is no draft any more."))
    else:
        messages.success(request, _("The plan is in use."))
    return redirect("treatments:plan", held.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def plan_consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the patient's yes or no about this plan."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    kind, answer = KINDS.get(request.POST.get("kind", "")), request.POST.get("is_given", "")
    if kind is None or answer not in ("yes", "no"):
        messages.error(request, _("Choose yes or no."))
    else:
        take_consent(patient=held.patient, kind=kind, is_given=answer == "yes", about=held, by=user, now=clock.now())
        messages.success(request, _("Consent recorded.") if answer == "yes" else _("Refusal recorded."))
    return redirect("treatments:plan", held.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def plan_limit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set the session limit that the catalogue does not know for this product."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    form = LimitForm(request.POST)
    if not form.is_valid():
        return show_plan(request, held, limit=form, status=422)
    planning.set_session_limit(
        product_key=held.product.key,
        max_units=form.cleaned_data["max_units"],
        reason=form.cleaned_data["reason"],
        by=user,
        now=clock.now(),
    )
    messages.success(request, _("Session limit set."))
    return redirect("treatments:plan", held.public_id)
