"""The closed days of a location: its own and the public holidays it keeps; what closing does is said first."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations import public_holidays
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling import foreseeing, policies, replanning, setting_places
from scheduling.forms_supply import ClosedForm
from scheduling.models import Appointment
from scheduling.views import policy_words
from scheduling.views.policies import AT_ONCE
from scheduling.views.supply.saving import Change, save_or_show
from scheduling.views.supply.scope import place_of

TEMPLATE = "scheduling/supply_closed.html"
AHEAD = timedelta(days=400)
"""So far ahead public holidays are offered: next year's are known by then."""


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def closed_days(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a location's closed days to come; close and open days."""
    user, now = signed_in(request), clock.now()
    place = place_of(user, public_id)
    today = day_of(now, place.zone)
    closures = list(place.closures.filter(on__gte=today))
    closed = {closure.on for closure in closures}
    offered = public_holidays.between(place.country, place.holiday_state, first=today, last=today + AHEAD)
    form = ClosedForm(
        request.POST if request.method == "POST" else None,
        closures=closures,
        today=today,
        offered={day: name for day, name in offered.items() if day not in closed},
    )
    page: dict[str, Any] = {"nav": "supply", "form": form, "place": place, "closures": closures}
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    added, removed = form.added, form.opened
    asked = setting_places.looked_at(setting_places.closed_like(place, added=added, removed=removed), place, now=now)
    letters = foreseeing.of_follow_ups(policies.in_force(), {place.pk: asked}, now=now, location=place.pk)
    change = Change(
        draft=(added, removed),
        deed=lambda: setting_places.change_closures(location=place, added=added, removed=removed, by=user, now=now),
        among=Appointment.objects.visible_to(user).filter(location=place),
        effect=() if letters.is_none else policy_words.effect(letters),
    )
    here = reverse("scheduling:closed_days", args=[place.public_id])
    answer = save_or_show(request, change, now=now, template=TEMPLATE, page=page, to=here)
    if answer.status_code == HTTPStatus.FOUND:
        replanning.sweep(now, seconds=AT_ONCE)
    return answer
