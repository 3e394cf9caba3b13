"""The letters around visits of a type: change them, see what the change does, then save."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.marks import mark_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling import foreseeing, policies, setting_policies
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.forms_policy import VisitPolicyForm
from scheduling.models import AppointmentType
from scheduling.views import policy_words
from scheduling.views.policies import saved
from scheduling.views.policy_follow_ups import read_version

TEMPLATE = "scheduling/policy_visits.html"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def edit(request: HttpRequest) -> HttpResponse:
    """Show the policy of a type of visit; sent, show what a change does; sent again as seen, save it."""
    kind = _type_asked(request)
    rules = policies.visit_policy(kind)
    initial = {"seen": setting_policies.version_of(kind), **VisitPolicyForm.shown(rules)}
    form = VisitPolicyForm(request.POST or None, initial=initial)
    seen = request.POST.get("seen", initial["seen"])
    page: dict[str, Any] = {"nav": "policies", "kind": kind, "form": form, "seen": seen}
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    now, wanted, status = clock.now(), form.draft, HTTPStatus.OK
    mark = mark_of(wanted)
    if "save" in request.POST and form.cleaned_data["looked"] == mark:
        seen = read_version(form.cleaned_data["seen"])
        try:
            change = setting_policies.change_visits(
                appointment_type=kind, rules=wanted, seen=seen, by=signed_in(request), now=now
            )
        except PolicyChangedMeanwhile:
            page |= {"is_meanwhile": True, "theirs": policy_words.rules(policies.visit_policy(kind), is_injection=True)}
            page["seen"] = setting_policies.version_of(kind)
            status = HTTPStatus.CONFLICT
        else:
            return saved(request, change)
    effect = foreseeing.of_type(kind, wanted, now=now)
    page |= {"effect": policy_words.effect(effect), "things": effect.things, "looked": mark}
    return render(request, TEMPLATE, page, status=status)


def _type_asked(request: HttpRequest) -> AppointmentType:
    """Return the type the address names, or the first there is. Types belong to all locations."""
    types = AppointmentType.objects.filter(is_active=True)
    try:
        found = types.filter(public_id=request.GET["type"]).first() if "type" in request.GET else types.first()
    except ValidationError:  # no id at all
        found = None
    if found is None:
        raise Http404
    return found
