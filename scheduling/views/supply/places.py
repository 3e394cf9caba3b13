"""Open a location; change its facts and rooms."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.marks import mark_of
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling.errors import NameTaken
from scheduling.forms_supply import PlaceFactsForm
from scheduling.models import Appointment
from scheduling.supplying import places
from scheduling.views.supply.saving import Change, save_or_show
from scheduling.views.supply.scope import place_of

TEMPLATE = "scheduling/supply_place.html"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def new_place(request: HttpRequest) -> HttpResponse:
    """Open a location."""
    form = PlaceFactsForm(request.POST if request.method == "POST" else None, facts=places.facts_of(Location(name="")))
    page: dict[str, Any] = {"nav": "supply", "form": form, "seen": "new"}
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, TEMPLATE, page, status=status)
    try:
        place = places.open_location(facts=form.facts, by=signed_in(request), now=clock.now())
    except NameTaken:
        form.add_error("name", _("Another place has this name."))
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("%(place)s is open. Say next who works there, and when.") % {"place": place.name})
    return redirect("scheduling:supply")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def place(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a location's facts and rooms; a room out of use displaces its visits, and says so first."""
    user, now = signed_in(request), clock.now()
    found = place_of(user, public_id)
    were = places.facts_of(found)
    form = PlaceFactsForm(request.POST if request.method == "POST" else None, facts=were)
    page: dict[str, Any] = {
        "nav": "supply",
        "form": form,
        "place": found,
        "seen": request.POST.get("seen", mark_of(were)),
    }
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    change = Change(
        draft=form.facts,
        deed=lambda: places.change_location(
            location=found, facts=form.facts, seen=form.cleaned_data["seen"], by=user, now=now
        ),
        among=Appointment.objects.visible_to(user).filter(location=found),
        seen=lambda: mark_of(places.facts_of(found)),
    )
    try:
        return save_or_show(request, change, now=now, template=TEMPLATE, page=page, to="scheduling:supply")
    except NameTaken as refusal:
        form.add_error("name" if refusal.name else None, _("Another place, or another room here, has this name."))
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
