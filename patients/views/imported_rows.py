"""Rows of imports that wait for a decision, and the history that came with people."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.forms_importing import DecideForm
from patients.importing import deciding
from patients.importing.refusals import MovedOn
from patients.models import HistoryItem, HistoryKind, Import, ImportRow, ImportState, Patient

SHOWN = 30
MOST_READ = 500


@require_POST
@role_required(Role.MANAGER)
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say who a held row is."""
    user, now = signed_in(request), clock.now()
    imports = Import.objects.visible_to(user).filter(state=ImportState.DONE)
    row = get_object_or_404(ImportRow.objects.select_related("of__location"), of__in=imports, public_id=public_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors.as_data().popitem()[1][0].message)
        return redirect("patients:importing", row.of.public_id)
    try:
        messages.success(request, _decided(row, form.cleaned_data, user, now))
    except MovedOn:
        messages.info(request, _("Somebody decided on this row meanwhile."))
    return redirect("patients:importing", row.of.public_id)


def _decided(row: ImportRow, said: dict[str, str], user: Any, now: Any) -> str:
    who = said["who"]
    if who == "leave":
        deciding.leave_out(row=row, by=user, now=now)
        return _("Left out: nobody is registered for this row.")
    if who == "another":
        compared: Any = said["compared"]
        new = deciding.register_another(row=row, compared=compared, by=user, now=now)
        if new is None:
            return _("This number came in by another way meanwhile: nobody was registered twice.")
        return _("%(name)s is registered: number %(number)d.") % {"name": new.name, "number": new.record_number}
    people = Patient.objects.visible_to(user).living_records()
    patient = get_object_or_404(people, public_id=_uuid(who))
    deciding.take_for_same(row=row, patient=patient, by=user, now=now)
    return _("Noted: this row is record %(number)d. Was it another person after all? Register them by hand.") % {
        "number": patient.record_number
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what is known of a person's health, by another system or as they told it: a part of the chart's page."""
    user = signed_in(request)
    patient = get_object_or_404(Patient.objects.visible_to(user), public_id=public_id)
    if not request.headers.get("HX-Request"):  # as a part of the chart's page it is in the trail already
        with transaction.atomic():
            record(by=user, verb="chart.opened", thing=patient, patient=patient)
    items = (
        HistoryItem.objects.standing()
        .filter(patient=patient)
        .select_related("taken_from__intake", "taken_from__by")[:MOST_READ]
    )
    kinds = [
        {"name": kind.label, "items": found[:SHOWN], "more": max(len(found) - SHOWN, 0)}
        for kind in HistoryKind
        if (found := [one for one in items if one.kind == kind])
    ]
    return render(request, "patients/_history.html", {"patient": patient, "kinds": kinds})
