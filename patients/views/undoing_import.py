"""Undoing an import: what would be taken out and who stands in the way, before anything is done."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.importing import deeds, undoing
from patients.importing.refusals import Busy, MovedOn
from patients.models import ImportState, Patient
from patients.views.importing import found, tell


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what undoing takes out and what hinders it; a press has it done."""
    user, imported = signed_in(request), found(request, public_id)
    if request.method == "POST":
        try:
            deeds.ask_for_undoing(imported=imported, by=user)
        except (Busy, MovedOn) as refusal:
            tell(request, refusal)
        return redirect("patients:importing", public_id)
    if imported.state != ImportState.DONE:
        tell(request, MovedOn(imported.state))
        return redirect("patients:importing", public_id)
    outlook = undoing.outlook(imported)
    people = Patient.objects.visible_to(user).filter(record_number__in=outlook.touched).order_by("record_number")
    context = {"nav": "supply", "imported": imported, "outlook": outlook, "people": list(people)}
    return render(request, "patients/import_undo.html", context)
