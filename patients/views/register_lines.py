"""What the register holds beside the person: contacts, numbers, alerts. A list, a form below it, a way to end each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in, to_write
from clinic.staff.models import User
from patients.alerts import add_alert, alerts_of, end_alert
from patients.ending import end
from patients.forms_register import AlertForm, ContactForm, IdentifierForm, ReasonForm
from patients.majority import may_be_minor
from patients.models import Alert, Contact, Identifier, Patient
from patients.register import StandsAlready, add_contact, add_identifier
from patients.views.patient_bar import bar
from patients.wording_register import contact_words, identifier_words


@dataclass(frozen=True)
class Line:
    """One row of the list: what it says, what is said below it, and the address that ends it."""

    lead: str
    text: str
    row: Any
    end_url: str
    tone: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show whom to ring and who signs, and take another one in."""
    user, patient = signed_in(request), _patient(request, public_id)
    form = ContactForm(request.POST if request.method == "POST" else None, country=patient.location.country)
    if request.method == "POST" and form.is_valid():
        row = add_contact(patient=patient, facts=form.facts(), by=user, now=clock.now())
        messages.success(request, _("%(name)s is written down.") % {"name": row.name})
        return _back("patients:contacts", patient)
    rows = Contact.objects.standing().filter(patient=patient).select_related("added_by")
    lines = [
        Line(row.name, contact_words(row), row, reverse("patients:contact_end", args=[row.public_id])) for row in rows
    ]
    is_missing = may_be_minor(patient.birth, _today(patient)) and not any(row.is_guardian for row in rows)
    words = {
        "title": _("Contacts"),
        "empty": _("Nobody is written down yet."),
        "add": _("Add somebody"),
        "notice": _("Under 18, or may be: a guardian signs, and none is written down.") if is_missing else "",
        "end_word": _("No longer"),
    }
    return _page(request, user, patient, form, lines, words)


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the numbers by which others know the patient, and take another one in."""
    user, patient = signed_in(request), _patient(request, public_id)
    form = IdentifierForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            add_identifier(patient=patient, **form.cleaned_data, by=user, now=clock.now())
        except StandsAlready:
            form.add_error("kind", _("One of this kind and issuer stands already: end it first."))
        else:
            messages.success(request, _("The number is written down."))
            return _back("patients:numbers", patient)
    rows = Identifier.objects.standing().filter(patient=patient).select_related("added_by")
    lines = [
        Line(row.value, identifier_words(row), row, reverse("patients:number_end", args=[row.public_id]))
        for row in rows
    ]
    words = {
        "title": _("Numbers elsewhere"),
        "empty": _("No number is written down yet."),
        "add": _("Add a number"),
        "notice": "",
        "end_word": _("No longer"),
    }
    return _page(request, user, patient, form, lines, words)


@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what stands at the head of the chart, and put something there. The desk sees and writes its own only."""
    user, patient = signed_in(request), _patient(request, public_id)
    form = AlertForm(request.POST if request.method == "POST" else None)
    if user.is_front_desk:
        del form.fields["is_for_desk"]
    if request.method == "POST" and form.is_valid():
        words = {"is_for_desk": True} | form.cleaned_data
        add_alert(patient=patient, **words, by=user, now=clock.now())
        messages.success(request, _("It stands at the head of the chart."))
        return _back("patients:alerts", patient)
    lines = [
        Line(
            row.text,
            _("the desk reads it too") if row.is_for_desk else _("for who treats only"),
            row,
            reverse("patients:alert_end", args=[row.public_id]),
            row.level,
        )
        for row in alerts_of(patient, desk_only=user.is_front_desk)
    ]
    words = {
        "title": _("Alerts"),
        "empty": _("Nothing stands at the head of this chart."),
        "add": _("Add an alert"),
        "notice": "",
        "end_word": _("End it"),
    }
    return _page(request, user, patient, form, lines, words, is_by_page=True)


@require_POST
def contact_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that somebody is no longer rung or signs."""
    row = get_object_or_404(Contact.objects.filter(patient__in=_visible(request)), public_id=public_id)
    return _ended(request, row, "patient.contact_ended", "patients:contacts")


@require_POST
def number_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that a number is no longer the patient's."""
    row = get_object_or_404(Identifier.objects.filter(patient__in=_visible(request)), public_id=public_id)
    return _ended(request, row, "patient.number_ended", "patients:numbers")


@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def alert_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End an alert, with the reason. It stays in the record."""
    user = signed_in(request)
    found = Alert.objects.filter(patient__in=_visible(request)).select_related("patient__location", "added_by")
    if user.is_front_desk:
        found = found.filter(is_for_desk=True)
    alert = get_object_or_404(found, public_id=public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if end_alert(alert=alert, because=form.cleaned_data["because"], by=user, now=clock.now()):
            messages.success(request, _("The alert is ended. It stays in the record."))
        else:
            messages.info(request, _("This was ended already."))
        return redirect("patients:alerts", alert.patient.public_id)
    context = bar(alert.patient) | {"alert": alert, "form": form}
    return render(request, "patients/patient_alert_end.html", context)


def _back(page: str, patient: Patient) -> HttpResponse:
    """Return to the page of the form, saying to keep.js that what was typed is saved."""
    return redirect(reverse(page, args=[patient.public_id]) + "?saved")


def _ended(request: HttpRequest, row: Any, verb: str, back: str) -> HttpResponse:
    if end(row, verb=verb, by=signed_in(request), now=clock.now()):
        messages.success(request, _("Ended. It stays in the record."))
    else:
        messages.info(request, _("This was ended already."))
    return redirect(back, row.patient.public_id)


def _visible(request: HttpRequest) -> Any:
    return Patient.objects.visible_to(signed_in(request)).living_records()


def _patient(request: HttpRequest, public_id: UUID) -> Patient:
    found: Patient = get_object_or_404(_visible(request).select_related("location"), public_id=public_id)
    return found


def _today(patient: Patient) -> Any:
    return day_of(clock.now(), patient.location.zone)


def _page(
    request: HttpRequest,
    user: User,
    patient: Patient,
    form: forms.Form,
    lines: list[Line],
    words: dict[str, str],
    *,
    is_by_page: bool = False,
) -> HttpResponse:
    """Draw the list and the form; `is_by_page`: ending asks for a reason on a page of its own."""
    with transaction.atomic():
        record(by=user, verb="patient.opened", thing=patient, patient=patient)
    context = bar(patient) | {"form": form, "lines": lines, "words": words, "is_by_page": is_by_page}
    return render(request, "patients/patient_lines.html", context)
