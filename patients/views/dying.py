"""A death is written down, or taken back: a page that says what follows, and a press."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import on_kept_records_too, signed_in
from patients import dying
from patients.forms_closing import DeathForm, DeathUndoneForm
from patients.models import Patient
from patients.registration import EditedMeanwhile
from patients.views.patient_bar import bar


@require_http_methods(["GET", "HEAD", "POST"])
@on_kept_records_too
def deceased(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down that a patient died; of who is written down as dead: take it back with the reason."""
    user = signed_in(request)
    people = Patient.objects.visible_to(user).living_records().select_related("location")
    patient = get_object_or_404(people, public_id=public_id)
    form = _form(patient, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed, facts = form.cleaned_data, {"patient": patient, "by": user, "now": clock.now()}
        seen = typed["version"]
        try:
            if patient.deceased_on:
                dying.undo_death(seen_version=seen, because=typed["because"], **facts)
                messages.success(request, _("Taken back: reminders go again from here on."))
            else:
                dying.write_death(seen_version=seen, on=typed["deceased_on"], told_by=typed["told_by"], **facts)
                messages.success(request, _("Written down. Visits to come are on the board, for the desk to cancel."))
        except EditedMeanwhile:
            messages.info(request, _("Somebody changed this record meanwhile: look at it again, nothing was saved."))
            return redirect("patients:deceased", patient.public_id)
        return redirect("patients:detail", patient.public_id)
    if request.method != "POST":
        with transaction.atomic():
            record(by=user, verb="patient.opened", thing=patient, patient=patient)
    context = bar(patient) | {"form": form}
    return render(request, "patients/patient_deceased.html", context)


def _form(patient: Patient, typed: Any) -> DeathForm | DeathUndoneForm:
    initial = {"version": patient.version}
    if patient.deceased_on:
        return DeathUndoneForm(typed, initial=initial)
    today = day_of(clock.now(), patient.location.zone)
    return DeathForm(typed, initial=initial, birth=patient.birth, today=today)
