"""A record closed to everyday work: the door before it, and the pages that close it and open it again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import on_kept_records_too, role_required, signed_in
from clinic.staff.models import Role, User
from patients import closing
from patients.forms_closing import ConfidentialForm, OpenForm, RestrictForm
from patients.forms_register import ReasonForm
from patients.models import Confidant, Confidence, Opening, Patient, Restriction
from patients.retention import kept_until
from patients.views.patient_bar import bar

OPENINGS_SHOWN = 20


def door(request: HttpRequest, patient: Patient, form: OpenForm | None = None) -> HttpResponse:
    """Show that a record is closed, and to who treats or runs the clinic how it opens. Looking at the door is noted."""
    user = signed_in(request)
    with transaction.atomic():
        record(by=user, verb="chart.closed_door", thing=patient, patient=patient)
    return render(
        request,
        "patients/patient_closed.html",
        {
            "nav": "patients",
            "patient": patient,
            "form": form or OpenForm(),
            "may_open": not user.is_front_desk,
            "is_manager": user.is_manager,
        },
    )


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
@on_kept_records_too
def open_closed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a closed record for a while, with a reason."""
    user, patient = signed_in(request), _listed(request, public_id)
    form = OpenForm(request.POST)
    if closing.is_closed_to(patient, user):
        if not form.is_valid():
            return door(request, patient, form)
        closing.open_closed(patient=patient, because=form.cleaned_data["because"], by=user, now=clock.now())
    return redirect("patients:detail", patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN, Role.MANAGER)
def confidential(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a record confidential, or say anew who opens it."""
    user, patient = signed_in(request), _open(request, public_id)
    staff = list(User.objects.filter(is_active=True, locations=patient.location).order_by("full_name", "pk"))
    standing = Confidence.objects.standing().filter(patient=patient).select_related("added_by").first()
    form = ConfidentialForm(
        request.POST if request.method == "POST" else None, staff=staff, initial=_begun(patient, standing, staff)
    )
    if standing:
        del form.fields["because"]  # a standing reason stays as it was given
    if request.method == "POST" and form.is_valid():
        people = list({*form.chosen(), user})
        if standing:
            closing.name_confidants(patient=patient, people=people, by=user, now=clock.now())
        else:
            try:
                closing.make_confidential(
                    patient=patient, because=form.cleaned_data["because"], people=people, by=user, now=clock.now()
                )
            except closing.StandsAlready:
                messages.info(request, _("Somebody made it confidential meanwhile: look who opens it."))
                return redirect("patients:confidential", patient.public_id)
        messages.success(request, _("The record is confidential."))
        return redirect("patients:detail", patient.public_id)
    context = bar(patient) | {"form": form, "standing": standing, "reason": ReasonForm()}
    context |= {"openings": _openings(patient)}
    return render(request, "patients/patient_confidential.html", context)


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def confidential_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a confidential record to everybody's work again, with the reason."""
    patient, form = _open(request, public_id), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is confidential no more, in 200 characters at most."))
        return redirect("patients:confidential", patient.public_id)
    try:
        closing.end_confidence(
            patient=patient, because=form.cleaned_data["because"], by=signed_in(request), now=clock.now()
        )
    except closing.NotStanding:
        messages.info(request, _("It is not confidential any more."))
    else:
        messages.success(request, _("The record is confidential no more."))
    return redirect("patients:detail", patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def restriction(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Restrict a record on a legal ground, or read on which it is, and who opened it since."""
    patient = _listed(request, public_id)
    today = day_of(clock.now(), patient.location.zone)
    standing = Restriction.objects.standing().filter(patient=patient).select_related("added_by").first()
    initial = {"kept_until_on": kept_until(last_here=today, birth=patient.birth)}
    form = RestrictForm(request.POST if request.method == "POST" else None, today=today, initial=initial)
    if request.method == "POST" and not standing and form.is_valid():
        try:
            closing.restrict(patient=patient, **form.cleaned_data, by=signed_in(request), now=clock.now())
        except closing.StandsAlready:
            messages.info(request, _("Somebody restricted it meanwhile."))
        else:
            messages.success(request, _("The record is kept and closed to everyday work."))
        return redirect("patients:restriction", patient.public_id)
    context = {"nav": "patients", "patient": patient, "form": form, "standing": standing, "reason": ReasonForm()}
    past = Restriction.objects.filter(patient=patient, ended_at__isnull=False).select_related("added_by", "ended_by")
    context |= {"openings": _openings(patient), "past": past[:OPENINGS_SHOWN]}
    return render(request, "patients/patient_restriction.html", context)


@require_POST
@role_required(Role.MANAGER)
def restriction_lift(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a restriction off, with the reason."""
    patient, form = _listed(request, public_id), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the restriction is lifted, in 200 characters at most."))
        return redirect("patients:restriction", patient.public_id)
    try:
        closing.lift(patient=patient, because=form.cleaned_data["because"], by=signed_in(request), now=clock.now())
    except closing.NotStanding:
        messages.info(request, _("It is not restricted any more."))
    else:
        messages.success(request, _("The record is in everyday work again."))
    return redirect("patients:restriction", patient.public_id)


def _begun(patient: Patient, standing: Confidence | None, staff: list[User]) -> dict[str, Any]:
    """Return what the form begins with: who is named, or all who treat or run the clinic."""
    if standing:
        named = Confidant.objects.standing().filter(patient=patient).values_list("person__public_id", flat=True)
        return {"people": [str(key) for key in named]}
    return {"people": [str(person.public_id) for person in staff if not person.is_front_desk]}


def _openings(patient: Patient) -> Any:
    return Opening.objects.filter(patient=patient).select_related("by")[:OPENINGS_SHOWN]


def _open(request: HttpRequest, public_id: UUID) -> Patient:
    found = Patient.objects.visible_to(signed_in(request)).living_records().select_related("location")
    patient: Patient = get_object_or_404(found, public_id=public_id)
    return patient


def _listed(request: HttpRequest, public_id: UUID) -> Patient:
    found = Patient.objects.listed_for(signed_in(request)).living_records().select_related("location")
    patient: Patient = get_object_or_404(found, public_id=public_id)
    return patient
