"""The letters of follow-ups: change them, see a sample patient's days and what the change does, then save."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.marks import mark_of
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling import foreseeing, policies, sampling, setting_policies
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.forms_policy import PolicyForm, SampleForm, Steps, steps_of
from scheduling.policies import FOR_ALL, Policies
from scheduling.views import policy_words
from scheduling.views.policies import ALL, saved
from treatments.intervals import Interval

WEEKS = 12


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def edit(request: HttpRequest, condition: str) -> HttpResponse:
    """Show the policy of a condition, or of all; sent, show what a change does; sent again as seen, save it."""
    names = policy_words.condition_names()
    if condition != ALL and condition not in names:
        raise Http404
    key = FOR_ALL if condition == ALL else condition
    draft, seen = setting_policies.draft_in_force(key)
    form = PolicyForm(
        request.POST or None,
        is_for_all=key == FOR_ALL,
        initial={"seen": seen, "call_after_days": draft.call_after_days, "is_in_use": draft.is_in_use},
    )
    steps = steps_of(request.POST or None, draft)
    sample_form = _sample_form(request, key)
    page: dict[str, Any] = {
        "nav": "policies",
        "name": _("All conditions") if key == FOR_ALL else names[key],
        "is_for_all": key == FOR_ALL,
        "seen": request.POST.get("seen", seen),
        "form": form,
        "steps": steps,
        "sample_form": sample_form,
    }
    if request.method != "POST":
        page["sample"] = _sample(sample_form, policies.in_force(), key)
        return render(request, "scheduling/policy_follow_ups.html", page)
    if not (form.is_valid() and steps.is_valid()):
        return render(request, "scheduling/policy_follow_ups.html", page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _sent(request, key, form, steps, page)


def _sent(request: HttpRequest, key: str, form: PolicyForm, steps: Steps, page: dict[str, Any]) -> HttpResponse:
    now, wanted = clock.now(), form.draft(steps)
    mark = mark_of(wanted)
    status = HTTPStatus.OK
    if "save" in request.POST and form.cleaned_data["looked"] == mark:
        try:
            change = setting_policies.change_follow_ups(
                condition=key,
                draft=wanted,
                seen=read_version(form.cleaned_data["seen"]),
                by=signed_in(request),
                now=now,
            )
        except PolicyChangedMeanwhile:
            page["is_meanwhile"], status = True, HTTPStatus.CONFLICT
            page["theirs"] = policy_words.schedule(policies.in_force().of(key))
            page["seen"] = setting_policies.draft_in_force(key)[1]
        else:
            return saved(request, change)
    asked = setting_policies.looked_at(wanted, condition=key, in_force=policies.in_force())
    effect = foreseeing.of_follow_ups(asked, policies.places(Location.objects.all(), now=now), now=now, condition=key)
    page |= {
        "effect": policy_words.effect(effect),
        "things": effect.things,
        "looked": mark,
        "sample": _sample(page["sample_form"], asked, key),
    }
    return render(request, "scheduling/policy_follow_ups.html", page, status=status)


def _sample_form(request: HttpRequest, key: str) -> SampleForm:
    """Return the sample patient asked for, or one treated today."""
    places = signed_in(request).open_places
    today = day_of(clock.now(), places[0].zone) if places else clock.now().date()
    asked = request.POST if request.method == "POST" else request.GET
    given = asked if "sample-treated_on" in asked else None
    first = {"treated_on": today, "weeks": WEEKS, "location": places[0].public_id if places else None}
    form = SampleForm(given, places=places, condition=key, initial=first)
    if given is None and not key:
        form.initial["condition"] = "chronic_migraine"
    return form


def _sample(form: SampleForm, asked: Policies, key: str) -> dict[str, Any] | None:
    """Return a sample patient's days for the page, or None where the sample makes no sense yet."""
    facts = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    if form.is_bound and not form.is_valid():
        return None
    location = facts.get("location")
    if location is not None and not isinstance(location, Location):
        location = Location.objects.filter(public_id=location).first()
    condition = key or facts.get("condition")
    if location is None or not condition or condition not in policy_words.condition_names():
        return None
    found = sampling.sample(
        asked,
        condition=condition,
        treated_on=facts["treated_on"],
        interval=Interval(facts["weeks"], "weeks"),
        location=location,
    )
    return {"found": found, "letters": [(policy_words.step(one.days), one) for one in found.letters]}


def read_version(text: str) -> int:
    """Read the version a page saw; what is none was never seen."""
    return int(text) if text.isascii() and text.isdigit() else -1
