"""Registering a person and amending their record: nothing typed is ever lost."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.access import signed_in, to_write
from clinic.staff.models import User
from patients import duplicates, registration
from patients.closing import mark_closed
from patients.duplicates import Candidate
from patients.forms import AmendForm, RegisterForm, initial_of
from patients.models import Patient
from patients.registration import EditedMeanwhile, PersonFacts
from patients.views.merging_edits import merged_edit

PREFILLED = ("given_name", "family_name", "birth", "phone", "email")
CONFLICT = 409
BOOKING = {"scheduling:book", "scheduling:book_here"}
LONGEST_WAY = 1800


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a person; who may be here already is shown first."""
    user = signed_in(request)
    locations = user.open_places
    if not locations:
        return render(request, "patients/patient_nowhere.html", {"nav": "patients"})
    form = _register_form(request, locations)
    if request.method != "POST" or not form.is_valid():
        return _register_page(request, form, [])
    facts = form.facts()
    alike = duplicates.possible(facts=facts, among=Patient.objects.at_places_of(user))
    mark_closed([candidate.patient for candidate in alike], user)
    unseen = {str(candidate.patient.public_id) for candidate in alike} - form.alike_seen()
    if alike and (unseen or not form.cleaned_data["compared"]):
        if form.alike_seen() and not unseen:
            form.add_error("compared", _("Say how you know that this is another person."))
        return _register_page(request, form, alike)
    patient = registration.register(
        facts=facts,
        location=form.chosen_location,
        by=user,
        now=clock.now(),
        unlike=[candidate.patient for candidate in alike],
        compared=form.cleaned_data["compared"] or None,
        guardian=form.guardian(),
    )
    messages.success(request, _("%(name)s is registered: number %(number)d.") % _words_of(patient))
    return redirect(_way_on(request, patient))


@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is known of a person; who saved meanwhile is shown beside what was typed."""
    user = signed_in(request)
    people = Patient.objects.visible_to(user).living_records().select_related("location")
    patient = get_object_or_404(people, public_id=public_id)
    if request.method != "POST":
        with transaction.atomic():
            record(by=user, verb="patient.opened", thing=patient, patient=patient)
    form = _amend_form(request, patient)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, patient, form)
    try:
        _amend(form, patient, user)
    except EditedMeanwhile as refusal:
        merged = merged_edit(form, refusal)
        form = _amend_form(request, refusal.theirs, data=merged.data)
        form.is_valid()
        page = _edit_page(request, refusal.theirs, form, meanwhile=merged, writer=refusal.by)
        page.status_code = CONFLICT
        return page
    messages.success(request, _("Saved."))
    return redirect("patients:detail", patient.public_id)


def _amend(form: AmendForm, patient: Patient, user: User) -> None:
    registration.amend(
        patient=patient,
        seen_version=form.cleaned_data["version"],
        facts=replace(form.facts(), deceased_on=patient.deceased_on),  # written on a page of its own
        by=user,
        now=clock.now(),
    )


def _register_form(request: HttpRequest, locations: list[Location]) -> RegisterForm:
    typed = request.POST if request.method == "POST" else None
    wanted = typed.get("location") if typed else None
    location = next((place for place in locations if str(place.public_id) == wanted), locations[0])
    initial = {name: request.GET[name] for name in PREFILLED if name in request.GET}
    return RegisterForm(typed, initial=initial, locations=locations, today=_today(location), country=location.country)


def _register_page(request: HttpRequest, form: RegisterForm, alike: list[Candidate]) -> HttpResponse:
    seen = ",".join(str(candidate.patient.public_id) for candidate in alike)
    location = next(iter(form.locations.values()))
    context = {"nav": "patients", "form": form, "alike": alike, "seen_alike": seen, "today": _today(location)}
    context["to"] = _asked_way(request)
    return render(request, "patients/patient_register.html", context)


def _amend_form(request: HttpRequest, patient: Patient, data: Any = None) -> AmendForm:
    typed = data if data is not None else request.POST if request.method == "POST" else None
    initial = initial_of(PersonFacts.of(patient)) | {"version": patient.version}
    return AmendForm(typed, initial=initial, today=_today(patient.location), country=patient.location.country)


def _edit_page(request: HttpRequest, patient: Patient, form: AmendForm, **more: Any) -> HttpResponse:
    return render(request, "patients/patient_edit.html", {"nav": "patients", "form": form, "patient": patient} | more)


def _today(location: Location) -> Any:
    return day_of(clock.now(), location.zone)


def _words_of(patient: Patient) -> dict[str, Any]:
    return {"name": patient.name, "number": patient.record_number}


def _way_on(request: HttpRequest, patient: Patient) -> str:
    """Return where the pressed button leads: on to a visit, or to the chart."""
    if request.POST.get("then") == "book":
        if to := _asked_way(request):
            return f"{to}&patient={patient.public_id}"
        try:
            return f"{reverse('scheduling:book')}?patient={patient.public_id}"
        except NoReverseMatch:  # the calendar is another app's: without it there is nothing to book
            pass
    return reverse("patients:detail", args=[patient.public_id])


def _asked_way(request: HttpRequest) -> str:
    """Return the address of booking where this person was looked for in vain; nothing where none is named."""
    to = request.POST.get("to") or request.GET.get("to") or ""
    path, question, _asked = to.partition("?")
    try:
        is_ours = resolve(path).view_name in BOOKING
    except Resolver404:
        return ""
    return to if is_ours and question and to.isprintable() and len(to) <= LONGEST_WAY else ""
