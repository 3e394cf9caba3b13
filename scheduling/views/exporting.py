"""Take the record along: one patient's, or the clinic's. A page says what is in it; a press hands it out."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.models import Patient
from scheduling.exporting import scope
from scheduling.exporting.taking import Form, Taken, take_clinic, take_patient

FORMS = ("tables", "fhir")


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def patient(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what a patient's export holds. A record that was merged leads to the one that goes on."""
    found = get_object_or_404(
        Patient.objects.visible_to(signed_in(request)).select_related("merged_into"), public_id=public_id
    )
    if found.merged_into:
        return redirect("scheduling:export_patient", found.merged_into.public_id)
    return render(request, "scheduling/export_patient.html", {"nav": "patients", "patient": found})


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def patient_file(request: HttpRequest, public_id: UUID, form: str) -> StreamingHttpResponse:
    """Hand out a patient's record."""
    user = signed_in(request)
    found = get_object_or_404(Patient.objects.visible_to(user), public_id=public_id)
    return _handed_out(take_patient(patient=found, form=_form(form), by=user))


@require_safe
@role_required(Role.MANAGER)
def clinic(request: HttpRequest) -> HttpResponse:
    """Say what the clinic's export holds, and of how many patients."""
    user = signed_in(request)
    return render(
        request,
        "scheduling/export_clinic.html",
        {"nav": "supply", "count": scope.everybody(user).count(), "places": user.open_places},
    )


@require_POST
@role_required(Role.MANAGER)
def clinic_file(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Hand out the records of the locations where this manager works."""
    return _handed_out(take_clinic(form=_form(form), by=signed_in(request), now=clock.now()))


def _form(name: str) -> Form:
    if name not in FORMS:
        raise Http404
    return cast("Form", name)


def _handed_out(taken: Taken) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(taken.content, content_type=taken.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    return answer
