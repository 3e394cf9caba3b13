"""What patients told of symptoms: one report with who was called and what was done, and the desk's page for a call."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.models import Patient
from treatments.errors import AlreadyAnswered
from treatments.forms.report import AnswerForm
from treatments.forms.symptoms import SymptomsForm
from treatments.formulary_db import current_formulary
from treatments.models import SymptomReport, Urgency
from treatments.redflags import UnknownSymptom, judge_symptoms
from treatments.showing import shown_finding
from treatments.symptom_reports import answer_report, report_symptoms
from treatments.symptoms import in_plain_words, listed, symptoms_asked
from treatments.views.common import back_to, of_patient, opened, today_at


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what one patient told, whom it was told to, and what was done."""
    user = signed_in(request)
    shown = _report_or_404(user, public_id)
    opened(shown, verb="report.opened", by=user, patient=shown.patient)
    return _report_page(request, shown, AnswerForm())


@role_required(Role.CLINICIAN, Role.MANAGER)
@back_to("treatments:report")
def report_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep who saw to a report and what was done; whoever was still waiting to be called no longer is."""
    user = signed_in(request)
    answered = _report_or_404(user, public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _report_page(request, answered, form, status=422)
    try:
        answer_report(report=answered, done=form.cleaned_data["done"], by=user, now=clock.now())
    except AlreadyAnswered as refusal:
        form.add_error(None, _("%(name)s answered it meanwhile.") % {"name": refusal.theirs.by.full_name})
        return _report_page(request, _report_or_404(user, public_id), form, status=409)
    messages.success(request, _("Noted. Nobody else is called to it."))
    return redirect("treatments:report", answered.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER)
def report_by_phone(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take down what a patient says on the phone or at the desk, and say at once what to tell them.

    Nothing of the record is shown, not even what was told before.
    """
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.listed_for(user).living_records().select_related("location"), public_id=public_id
    )
    formulary = current_formulary()
    form = SymptomsForm(request.POST if request.method == "POST" else None, asked=symptoms_asked(formulary))
    form.fields["words"].label = _("What else does the caller say?")
    frame = of_patient(patient, today_at(patient), for_desk=user.is_front_desk) | {
        "location": patient.location,
        "form": form,
    }
    is_well = request.POST.get("answer") == "well"
    if request.method == "POST" and form.is_valid() and not (form.ticked() or form.said().strip() or is_well):
        form.add_error(None, _("Tick what the caller says, or write it down."))
    elif request.method == "POST" and form.is_valid():
        kept = report_symptoms(
            patient=patient,
            symptoms=form.ticked(),
            words=form.said(),
            press=form.sent_from(),
            formulary=formulary,
            by=user,
            now=clock.now(),
        )
        context = frame | {
            "is_urgent": kept.level == Urgency.URGENT,
            "is_same_day": kept.level == Urgency.SAME_DAY,
            "told": listed(kept.symptoms),
            "asks": kept.asks_for_an_answer,
            "called": [call.person.full_name for call in kept.calls.select_related("person")],
        }
        return render(request, "treatments/report_told.html", context)
    return render(request, "treatments/report_by_phone.html", frame, status=422 if form.errors else 200)


def _report_or_404(user: User, public_id: UUID) -> SymptomReport:
    found: SymptomReport = get_object_or_404(
        SymptomReport.objects.visible_to(user).select_related(
            "patient__location",
            "session__plan__condition",
            "session__product",
            "session__clinician",
            "by",
            "answer__by",
        ),
        public_id=public_id,
    )
    return found


def _report_page(request: HttpRequest, shown: SymptomReport, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    on = timezone.localdate(shown.told_at, shown.patient.location.zone)
    context: dict[str, Any] = of_patient(shown.patient, today_at(shown.patient)) | {
        "report": shown,
        "may_record": signed_in(request).is_clinician and shown.asks_for_an_answer,
        "is_urgent": shown.level == Urgency.URGENT,
        "symptoms": _judged(shown),
        "days_after": (on - shown.session.injected_on).days if shown.session and shown.session.injected_on else None,
        "calls": list(shown.calls.select_related("person")),
        "answer": getattr(shown, "answer", None),
        "form": form,
    }
    with timezone.override(shown.patient.location.zone):
        return render(request, "treatments/report.html", context, status=status)


def _judged(shown: SymptomReport) -> list[dict[str, Any]]:
    """Return each symptom with what the catalogue says of it; one it no longer holds by its name alone."""
    rows: list[dict[str, Any]] = []
    for key in shown.symptoms:
        try:
            (found,) = judge_symptoms([key], current_formulary())
        except UnknownSymptom:
            rows.append({"words": in_plain_words(key), "finding": None})
        else:
            rows.append({"words": in_plain_words(key), "finding": shown_finding(found)})
    return rows
