"""What patients ask us to correct: the list, and the answer."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import on_kept_records_too, signed_in
from patients.corrections import AnsweredMeanwhile, NothingCorrected, answer_correction, is_in_history
from patients.forms_answer import AnswerForm
from patients.models import CorrectionRequest

SHOWN = 100
ANSWERED_SHOWN = 20


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer, and what was answered last. The words are on each request's own page."""
    visible = CorrectionRequest.objects.visible_to(signed_in(request)).select_related("patient", "answered_by")
    waiting = list(visible.to_answer()[: SHOWN + 1])
    context = {
        "nav": "corrections",
        "waiting": waiting[:SHOWN],
        "has_more": len(waiting) > SHOWN,
        "answered": visible.answered()[:ANSWERED_SHOWN],
    }
    return render(request, "patients/corrections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_kept_records_too
def correction(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a patient asks for, and take the answer once."""
    user = signed_in(request)
    visible = CorrectionRequest.objects.visible_to(user).select_related("patient__location", "answered_by")
    asked = get_object_or_404(visible, public_id=public_id)
    form = AnswerForm(request.POST or None, is_in_history=is_in_history(asked))
    if request.method == "POST" and form.is_valid():
        try:
            answer_correction(request=asked, by=user, now=clock.now(), **form.answered())
        except AnsweredMeanwhile:
            messages.error(request, _("A colleague answered this first. Nothing was changed."))
            return redirect("patients:correction", asked.public_id)
        except NothingCorrected:
            said = _("The record still says what it said when they asked. Correct it there first, or say why not.")
            form.add_error("is_accepted", said)
        else:
            messages.success(request, _("Answered. A letter tells the patient that the answer is on their page."))
            return redirect("patients:corrections")
    with transaction.atomic():
        record(by=user, verb="correction.opened", thing=asked, patient=asked.patient)
    patient = asked.patient
    context = {
        "nav": "corrections",
        "asked": asked,
        "patient": patient,
        "form": form,
        "today": day_of(clock.now(), patient.location.zone),
        "may_edit": patient.restricted_at is None and patient.merged_into_id is None,
    }
    return render(request, "patients/correction.html", context, status=422 if form.errors else 200)
