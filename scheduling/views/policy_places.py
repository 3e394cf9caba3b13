"""When letters of a location go: hours, closed weekdays and closures; what a change does is said before it is saved."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.marks import mark_of
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from scheduling import displaced, foreseeing, policies, setting_places
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.forms_policy import PlaceForm
from scheduling.models import Appointment
from scheduling.setting_places import PlaceDraft
from scheduling.views import policy_words
from scheduling.views.policies import saved
from scheduling.views.supply.saving import in_it, to_be_moved

TEMPLATE = "scheduling/policy_place.html"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the hours and days of a location; sent, show what a change does; sent again as seen, save it."""
    user, now = signed_in(request), clock.now()
    place = get_object_or_404(user.locations.filter(is_active=True), public_id=public_id)
    today = day_of(now, place.zone)
    initial = {
        "seen": setting_places.seen_as(place),
        "mail_from": place.mail_from,
        "mail_until": place.mail_until,
        "closed_weekdays": place.closed_weekdays,
    }
    form = PlaceForm(
        request.POST or None, closures=list(place.closures.filter(on__gte=today)), today=today, initial=initial
    )
    seen = request.POST.get("seen", initial["seen"])
    page: dict[str, Any] = {"nav": "policies", "place": place, "form": form, "seen": seen}
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted, status = form.draft, HTTPStatus.OK
    if "save" in request.POST and form.cleaned_data["looked"] == mark_of(wanted):
        try:
            changes = setting_places.change_place(
                location=place, draft=wanted, seen=form.cleaned_data["seen"], by=user, now=now
            )
        except PolicyChangedMeanwhile:
            place.refresh_from_db()
            page |= {"is_meanwhile": True, "theirs": policy_words.place(place)}
            page["seen"] = setting_places.seen_as(place)
            status = HTTPStatus.CONFLICT
        else:
            return saved(request, *changes)
    page |= _foreseen(place, wanted, by=user) | {"looked": mark_of(wanted)}
    return render(request, TEMPLATE, page, status=status)


def _foreseen(place: Location, wanted: PlaceDraft, *, by: User) -> dict[str, Any]:
    now = clock.now()
    asked = setting_places.looked_at(wanted, place, now=now)
    effect = foreseeing.of_follow_ups(policies.in_force(), {place.pk: asked}, now=now, location=place.pk)
    if wanted.mail_from != place.mail_from:
        visits = foreseeing.of_mornings(place, asked, now=now)
        effect.moved += visits.moved
        effect.at_once += visits.at_once
        effect.taken_back += visits.taken_back
        effect.owed += visits.owed
    hit = displaced.foreseen(
        lambda: setting_places.change_place(
            location=place, draft=wanted, seen=setting_places.seen_as(place), by=by, now=now
        ),
        among=Appointment.objects.visible_to(by).filter(location=place),
        now=now,
    )
    sentences = policy_words.effect(effect) + ([f"{in_it(len(hit))} {to_be_moved(len(hit))}"] if hit else [])
    return {"effect": sentences, "things": effect.things}
