"""Which types of visit a clinician gives, and in which rooms."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.locations.models import Room
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling.forms_supply import GivenForm
from scheduling.models import AppointmentType
from scheduling.supplying import giving
from scheduling.views.supply.saving import Change, save_or_show
from scheduling.views.supply.scope import clinician, visits_with

TEMPLATE = "scheduling/supply_given.html"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def given(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show and save what a clinician gives; what is given no more says first which booked visits it displaces."""
    user, now = signed_in(request), clock.now()
    person = clinician(user, public_id)
    were = giving.given_by(person)
    form = GivenForm(
        request.POST if request.method == "POST" else None,
        types=list(AppointmentType.objects.filter(is_active=True)),
        rooms=list(
            Room.objects.filter(location__in=user.open_places, is_active=True)
            .select_related("location")
            .order_by("location__name", "name")
        ),
        given=were,
    )
    page: dict[str, Any] = {
        "nav": "supply",
        "form": form,
        "person": person,
        "seen": request.POST.get("seen", giving.seen_as(were)),
    }
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted = form.draft
    change = Change(
        draft=sorted((kind, sorted(rooms)) for kind, rooms in wanted.items()),
        deed=lambda: giving.set_given(clinician=person, given=wanted, seen=form.cleaned_data["seen"], by=user, now=now),
        among=visits_with(user, person),
        seen=lambda: giving.seen_as(giving.given_by(person)),
    )
    return save_or_show(request, change, now=now, template=TEMPLATE, page=page, to="scheduling:supply")
