"""Types of visit: make one, change one."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.marks import mark_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling.errors import NameTaken, PolicyChangedMeanwhile
from scheduling.forms_supply import TypeForm
from scheduling.models import AppointmentType
from scheduling.supplying import types

TEMPLATE = "scheduling/supply_type.html"
USUAL_MINUTES = 30


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def new_type(request: HttpRequest) -> HttpResponse:
    """Make a type of visit."""
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def visit_type(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a type of visit. Types belong to all locations."""
    return _page(request, get_object_or_404(AppointmentType, public_id=public_id))


def _page(request: HttpRequest, kind: AppointmentType | None) -> HttpResponse:
    were = types.facts_of(kind or AppointmentType(kind="consultation", minutes=USUAL_MINUTES))
    form = TypeForm(request.POST if request.method == "POST" else None, facts=were)
    page: dict[str, Any] = {
        "nav": "supply",
        "form": form,
        "kind": kind,
        "seen": request.POST.get("seen", mark_of(were)),
    }
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        by, now = signed_in(request), clock.now()
        try:
            if kind is None:
                types.make_type(facts=form.facts, by=by, now=now)
            else:
                types.change_type(kind=kind, facts=form.facts, seen=form.cleaned_data["seen"], by=by, now=now)
        except NameTaken:
            form.add_error("name", _("Another type of visit has this name."))
        except PolicyChangedMeanwhile:
            form.add_error(
                None,
                _("A colleague changed this while the page was open. What you typed is here: saving replaces theirs."),
            )
            page["seen"], status = mark_of(were), HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Saved."))
            return redirect("scheduling:supply")
    return render(request, TEMPLATE, page, status=status)
