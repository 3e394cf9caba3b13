"""Take the record along: one patient's at once, the clinic's in a file that a worker makes, kept for a day."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import on_kept_records_too, role_required, signed_in
from clinic.staff.models import Role
from patients.models import Patient
from scheduling.errors import MadeAlready
from scheduling.exporting import asking, scope
from scheduling.exporting.taking import Form, Taken, take_patient
from scheduling.models import ClinicExport, ExportForm, ExportState

LATEST = 5


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
@on_kept_records_too
def patient_file(request: HttpRequest, public_id: UUID, form: str) -> StreamingHttpResponse:
    """Hand out a patient's record."""
    user = signed_in(request)
    found = get_object_or_404(Patient.objects.visible_to(user).living_records(), public_id=public_id)
    return handed_out(take_patient(patient=found, form=_form(form), by=user))


@require_safe
@role_required(Role.MANAGER)
def clinic(request: HttpRequest) -> HttpResponse:
    """Say what the clinic's export holds, of how many patients, and how far the files are that were asked for."""
    user = signed_in(request)
    context = {
        "nav": "supply",
        "held": scope.everybody(user).count(),
        "left_out": scope.confidential_to(user).count(),
        "places": user.open_places,
    }
    return render(request, "scheduling/export_clinic.html", context | _files(request))


@require_safe
@role_required(Role.MANAGER)
def clinic_files(request: HttpRequest) -> HttpResponse:
    """Say how far the files are, while somebody looks."""
    return render(request, "scheduling/_export_files.html", _files(request))


@require_POST
@role_required(Role.MANAGER)
def ask_clinic(request: HttpRequest, form: str) -> HttpResponse:
    """Ask for a file with the records of the locations where this manager works."""
    try:
        asking.ask(form=_form(form), by=signed_in(request), now=clock.now())
    except MadeAlready as refusal:
        said = {"kind": ExportForm(refusal.form).label}
        messages.error(request, _("One file after another: yours is being made (%(kind)s). Wait or stop it.") % said)
    return redirect("scheduling:export_clinic")


@require_POST
@role_required(Role.MANAGER)
def clinic_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Hand out a file that is ready; one that has expired meanwhile is said to be gone."""
    found = _theirs(request, public_id)
    if not found.is_kept(clock.now()):
        messages.info(request, _("This file is there no more: ask for another."))
        return redirect("scheduling:export_clinic")
    return handed_out(asking.take(export=found, by=signed_in(request)))


@require_POST
@role_required(Role.MANAGER)
def throw_away_clinic(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop making a file, or delete it before its day is over."""
    if asking.throw_away(export=_theirs(request, public_id), by=signed_in(request)):
        messages.success(request, _("The file is deleted."))
    else:
        messages.info(request, _("This file was deleted already."))
    return redirect("scheduling:export_clinic")


def handed_out(taken: Taken) -> StreamingHttpResponse:
    """Answer with a file, as it is read."""
    answer = StreamingHttpResponse(taken.content, content_type=taken.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    if taken.size_bytes:
        answer["Content-Length"] = str(taken.size_bytes)
    return answer


def _files(request: HttpRequest) -> dict[str, Any]:
    files = list(ClinicExport.objects.visible_to(signed_in(request)).order_by("-pk")[:LATEST])
    is_under_way = any(one.is_under_way for one in files)
    has_file = is_under_way or any(one.state == ExportState.READY for one in files)
    return {"files": files, "is_under_way": is_under_way, "has_file": has_file}


def _theirs(request: HttpRequest, public_id: UUID) -> ClinicExport:
    found: ClinicExport = get_object_or_404(ClinicExport.objects.visible_to(signed_in(request)), public_id=public_id)
    return found


def _form(name: str) -> Form:
    if name not in ExportForm.values:
        raise Http404
    return cast("Form", name)
