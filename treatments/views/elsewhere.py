"""Toxin given elsewhere: what is known of it, written down, corrected, withdrawn. Managers read it on the chart."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from patients.models import Patient
from treatments.errors import EditedMeanwhile
from treatments.forms.elsewhere import ChangeForm, ElsewhereForm, WithdrawForm, initial_of
from treatments.models import ToxinElsewhere
from treatments.noting import correct_elsewhere, note_elsewhere, withdraw_elsewhere
from treatments.views.common import of_patient, opened, today_at
from treatments.views.elsewhere_shown import open_telling, shown_elsewhere

ASKED = ["GET", "HEAD", "POST"]


@require_http_methods(ASKED)
@role_required(Role.CLINICIAN)
def elsewhere(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show what is written down of one patient, and write down one treatment more."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    today = today_at(patient)
    if request.method != "POST":
        opened(patient, verb="toxin.opened", by=user, patient=patient)
    told = open_telling(patient)
    is_sent = request.method == "POST"
    form = ElsewhereForm(request.POST if is_sent else None, today=today, initial=told or {})
    if is_sent and form.is_valid():
        note_elsewhere(patient=patient, told=form.told(), by=user, now=clock.now())
        messages.success(request, _("Written down. Intervals and totals count it."))
        return redirect(_way_on(request, patient))
    context = _page(request, patient) | {"form": form, "told": told}
    return render(request, "treatments/elsewhere.html", context, status=422 if form.errors else 200)


@require_http_methods(ASKED)
@role_required(Role.CLINICIAN)
@to_write
def elsewhere_change(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Correct or withdraw one row, with the reason."""
    user = signed_in(request)
    row = get_object_or_404(
        ToxinElsewhere.objects.visible_to(user).select_related("patient__location", "product", "by"),
        public_id=public_id,
    )
    patient, is_sent = row.patient, request.method == "POST"
    is_withdrawing = is_sent and "withdraw" in request.POST
    form = ChangeForm(
        request.POST if is_sent and not is_withdrawing else None, today=today_at(patient), initial=initial_of(row)
    )
    withdraw = WithdrawForm(request.POST if is_withdrawing else None, prefix="withdraw")
    chosen: Any = withdraw if is_withdrawing else form
    if is_sent and chosen.is_valid():
        reason, now = chosen.cleaned_data["reason"], clock.now()
        try:
            if is_withdrawing:
                withdraw_elsewhere(row=row, reason=reason, by=user, now=now)
                messages.success(request, _("Withdrawn. It stays readable and counts no more."))
            else:
                correct_elsewhere(row=row, told=form.told(), reason=reason, by=user, now=now)
                messages.success(request, _("Corrected. What stood before stays readable."))
        except EditedMeanwhile:
            messages.error(request, _("A colleague changed it meanwhile: nothing of yours was kept. Look again."))
        return redirect("treatments:elsewhere", patient.public_id)
    if not is_sent and (row.is_withdrawn or ToxinElsewhere.objects.filter(replaces=row).exists()):
        return redirect("treatments:elsewhere", patient.public_id)
    context = _page(request, patient) | {"form": form, "withdraw": withdraw, "row": row}
    return render(request, "treatments/elsewhere_change.html", context, status=422 if chosen.errors else 200)


def _page(request: HttpRequest, patient: Patient) -> dict[str, Any]:
    return {
        **of_patient(patient, today_at(patient)),
        **shown_elsewhere(patient),
        "next": _way_on(request, patient) if "next" in request.GET else "",
    }


def _way_on(request: HttpRequest, patient: Patient) -> str:
    """Return the page somebody came from, if it is one of ours; this patient's list otherwise."""
    asked = request.GET.get("next", "")
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("treatments:elsewhere", args=[patient.public_id])
