"""The papers' addresses: who may carry what away, one line in the trail for each file made, and none on any disk."""

import logging
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role, User
from patients.models import Consent, Patient
from treatments.corresponding import write_to_doctor
from treatments.forms.doctor_letter import DoctorLetterForm
from treatments.models import DoctorLetter, InjectionSession, Plan
from treatments.papers.consent_copy import consent_copy
from treatments.papers.doctor_letter import doctor_letter, prepared_text
from treatments.papers.patient_summary import patient_summary
from treatments.papers.printed_plan import printed_plan
from treatments.papers.session_sheet import session_sheet
from treatments.papers.treatment_card import treatment_card
from treatments.papers.typesetting import Paper, PaperNotMade, PaperTooLong, typeset
from treatments.views.common import opened, today_at
from treatments.views.plan import plans_for
from treatments.views.session_common import WITH, frame, session_or_404

log = logging.getLogger(__name__)
WITH_CARD = "card"


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the sheet of a signed session; a voided one carries its void."""
    user = signed_in(request)
    session = _signed(user, public_id)
    paper = session_sheet(session, by=user, now=clock.now())
    return _made(request, [paper], about=session, patient=session.patient, name="session-sheet", on=session.injected_on)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make what the patient carries."""
    user = signed_in(request)
    session = _standing(user, public_id)
    paper = treatment_card(session, by=user, now=clock.now())
    return _made(
        request, [paper], about=session, patient=session.patient, name="treatment-card", on=session.injected_on
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def write(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write to another doctor: the text comes prepared, the clinician changes and signs it, the file follows."""
    user = signed_in(request)
    session = _standing(user, public_id)
    if request.method == "POST":
        form = DoctorLetterForm(request.POST)
        if form.is_valid():
            to, text = form.cleaned_data["to"], form.cleaned_data["text"]
            kept = write_to_doctor(session=session, to=to, text=text, by=user, now=clock.now())
            address = reverse("treatments:paper_doctor_letter", args=[kept.public_id])
            return redirect(f"{address}?with={WITH_CARD}" if form.cleaned_data["with_card"] else address)
    else:
        last = DoctorLetter.objects.visible_to(user).filter(session__patient=session.patient).first()
        form = DoctorLetterForm(initial={"to": last.to if last else "", "text": prepared_text(session)})
        opened(session, verb="session.opened", by=user, patient=session.patient)
    context = frame(session) | {"form": form, "letters": list(session.doctor_letters.select_related("by"))}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    with timezone.override(session.location.zone):
        return render(request, "treatments/doctor_letter_form.html", context, status=status)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the file of a letter as it was signed; before it the patient's card, where that was asked for."""
    user, now = signed_in(request), clock.now()
    kept: DoctorLetter = get_object_or_404(
        DoctorLetter.objects.visible_to(user).select_related("by", *(f"session__{name}" for name in WITH)),
        public_id=public_id,
    )
    papers = [doctor_letter(kept, by=user, now=now)]
    if request.GET.get("with") == WITH_CARD and not hasattr(kept.session, "void"):
        papers.append(treatment_card(kept.session, by=user, now=now))
    session = kept.session
    return _made(request, papers, about=kept, patient=session.patient, name="letter", on=session.injected_on)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the summary of a chart."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    plans = list(plans_for(user).filter(patient=patient).order_by("-id"))
    paper = patient_summary(patient, plans, by=user, now=clock.now())
    return _made(request, [paper], about=patient, patient=patient, name="summary", on=today_at(patient))


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a plan's paper."""
    user = signed_in(request)
    held: Plan = get_object_or_404(plans_for(user), public_id=public_id)
    paper = printed_plan(held, by=user, now=clock.now())
    return _made(request, [paper], about=held, patient=held.patient, name="plan", on=today_at(held.patient))


@require_safe
def consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the copy of what a patient answered: the desk hands it over as well."""
    user, now = signed_in(request), clock.now()
    kept = get_object_or_404(
        Consent.objects.filter(patient__in=Patient.objects.visible_to(user)).select_related(
            "wording", "taken_by", "patient__location"
        ),
        public_id=public_id,
    )
    papers = [consent_copy(kept, by=user, now=now)]
    on = day_of(kept.at, kept.patient.location.zone)
    return _made(request, papers, about=kept, patient=kept.patient, name="consent", on=on)


def _signed(user: User, public_id: UUID) -> InjectionSession:
    session = session_or_404(user, public_id)
    if not session.is_signed:
        raise Http404
    return session


def _standing(user: User, public_id: UUID) -> InjectionSession:
    """Return a signed session that was not voided: of another there is nothing to carry away."""
    session = _signed(user, public_id)
    if hasattr(session, "void"):
        raise Http404
    return session


def _made(
    request: HttpRequest,
    papers: Sequence[Paper],
    *,
    about: models.Model,
    patient: Patient,
    name: str,
    on: date | None,
) -> HttpResponse:
    """Answer with the file, or with a page that says why there is none. No transaction is open while it is set."""
    try:
        content = typeset(papers, now=clock.now())
    except (PaperNotMade, PaperTooLong) as refused:
        log.warning("No paper of kind %s: %s", papers[0]["kind"], type(refused).__name__)
        context = {"nav": "patients", "patient": patient, "is_too_long": isinstance(refused, PaperTooLong)}
        return render(request, "treatments/paper_not_made.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    for paper in papers:
        opened(about, verb=f"paper.{paper['kind']}", by=signed_in(request), patient=patient)
    response = HttpResponse(content, content_type="application/pdf")
    file = f"{name}-{on:%Y-%m-%d}.pdf" if on else f"{name}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{file}"'
    response.headers["Cache-Control"] = "no-store"
    return response
