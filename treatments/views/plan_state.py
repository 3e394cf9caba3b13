"""Pause, stop or complete a plan, once its page has said what that does; take a paused one up again; its revisions."""

from collections.abc import Callable
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from treatments import planning
from treatments.errors import PlanStateRefused, ReasonMissing
from treatments.forms.deeds import StateForm
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Plan, PlanState
from treatments.models.plan import IntervalUnit
from treatments.plan_sites import rows_of
from treatments.quantities import show_number, show_units
from treatments.revising import Told, revisions_of
from treatments.views.common import of_patient, opened, today_at
from treatments.views.plan import plans_for
from treatments.views.plan_page import difference_words, place_words

WORDS = {
    PlanState.PAUSED: (
        gettext_lazy("Pause the plan"),
        gettext_lazy("No session starts from it and no letter goes out until it is resumed. What is due waits."),
    ),
    PlanState.STOPPED: (
        gettext_lazy("Stop the plan"),
        gettext_lazy("For good: what is due is closed and its letters are withdrawn. To treat again, make a new plan."),
    ),
    PlanState.COMPLETED: (
        gettext_lazy("Complete the plan"),
        gettext_lazy("It has done its work: what is due is closed and its letters are withdrawn."),
    ),
}
DEEDS: dict[PlanState, Callable[..., Plan]] = {
    PlanState.PAUSED: planning.pause,
    PlanState.STOPPED: planning.stop,
    PlanState.COMPLETED: planning.complete,
}
FIELDS = {
    "product": gettext_lazy("Product"),
    "interval_value": gettext_lazy("Interval"),
    "interval_unit": gettext_lazy("Unit"),
    "primary_instrument": gettext_lazy("Score that is followed"),
    "note": gettext_lazy("Note"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def plan_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what pausing, stopping or completing does, ask why, then do it."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    wanted = request.POST.get("state") or request.GET.get("state", "")
    if wanted not in WORDS:
        messages.error(request, _("Choose what to do with the plan."))
        return redirect("treatments:plan", held.public_id)
    state = PlanState(wanted)
    if state not in planning.MAY_BECOME[PlanState(held.state)]:
        return _refused(request, held)
    if request.method != "POST":
        return _ask(request, held, state, StateForm())
    try:
        DEEDS[state](plan=held, reason=request.POST.get("reason", ""), by=user, now=clock.now())
    except ReasonMissing:
        form = StateForm(request.POST)
        form.add_error("reason", _("Write the reason: it stays with the plan."))
        return _ask(request, held, state, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except PlanStateRefused:
        return _refused(request, held)
    undo = reverse("treatments:plan_resume", args=[held.public_id]) if state is PlanState.PAUSED else ""
    messages.success(
        request, _("The plan is %(state)s.") % {"state": held.get_state_display().lower()}, extra_tags=undo
    )
    return redirect("treatments:plan", held.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def plan_resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a paused plan up again: also what Undo does after a pause."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    try:
        planning.resume(plan=held, by=user, now=clock.now())
    except PlanStateRefused:
        return _refused(request, held)
    messages.success(request, _("The plan is active again."))
    return redirect("treatments:plan", held.public_id)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def plan_revisions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show every revision of a plan, the newest first: who, when, why, and what differs from the one before."""
    user = signed_in(request)
    held = get_object_or_404(plans_for(user), public_id=public_id)
    opened(held, verb="plan.opened", by=user, patient=held.patient)
    formulary = current_formulary()
    context = {
        **of_patient(held.patient, today_at(held.patient)),
        "plan": held,
        "revisions": [_shown(told, formulary) for told in revisions_of(held)],
        "discarded": list(held.discarded_drafts.select_related("by")),
    }
    return render(request, "treatments/plan_revisions.html", context)


def _refused(request: HttpRequest, held: Plan) -> HttpResponse:
    held.refresh_from_db()
    messages.error(
        request,
        _("The plan is %(state)s now: nothing was changed.") % {"state": held.get_state_display().lower()},
    )
    return redirect("treatments:plan", held.public_id)


def _ask(
    request: HttpRequest, held: Plan, state: PlanState, form: StateForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    verb, text = WORDS[state]
    form.fields["reason"].required = state is not PlanState.COMPLETED
    context = {
        **of_patient(held.patient, today_at(held.patient)),
        "plan": held,
        "state": state.value,
        "verb": verb,
        "text": text,
        "is_for_good": state is not PlanState.PAUSED,
        "form": form,
        "has_draft": held.sessions.filter(signed_at__isnull=True).exists(),
    }
    return render(request, "treatments/plan_state.html", context, status=status)


def _shown(told: Told, formulary: Formulary) -> dict[str, Any]:
    """Return a revision as the page prints it."""
    rows = rows_of(told.sites)
    return {
        "revision": told.revision,
        "fields": [
            (FIELDS[name], _said(name, was, formulary), _said(name, now, formulary))
            for name, (was, now) in told.fields.items()
        ],
        "injections": [(place_words(one.place, formulary), difference_words(one)) for one in told.injections],
        "total": show_units(sum((row.units for row in rows), Decimal(0))),
        "site_count": len(told.sites),
        "rows": [(place_words(row.place, formulary), row.count, show_number(row.units_each)) for row in rows],
    }


def _said(name: str, value: str, formulary: Formulary) -> str:
    """Return a field's text as people read it."""
    if name == "product" and value in formulary.products:
        return formulary.product(value).name
    if name == "primary_instrument" and value in formulary.instruments:
        return formulary.instruments[value].name
    if name == "interval_unit" and value in IntervalUnit.values:
        return str(IntervalUnit(value).label)
    return value or _("nothing")
