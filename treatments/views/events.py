"""Adverse events: write one down, say what is known now, and the lists of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.lib import clock
from clinic.staff.access import on_kept_records_too, role_required, signed_in
from clinic.staff.models import Role, User
from patients.models import Patient
from treatments.adverse_events import record_event, revise_event
from treatments.errors import EditedMeanwhile
from treatments.event_story import events_of, rates_of, serious_near
from treatments.forms.adverse_event import EventForm, initial_of, offered
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import AdverseEvent, EventEntry, InjectionSession, SymptomReport
from treatments.showing import shown_source
from treatments.symptom_reports import last_session
from treatments.symptoms import listed
from treatments.views.common import of_patient, opened, today_at

PER_PAGE = 50
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@on_kept_records_too
def event_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down an event: after the patient's last session or the one named, perhaps from a report."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    report = _named(SymptomReport.objects.visible_to(user).filter(patient=patient), request, "report")
    session = (
        _named(_sessions(patient), request, "session") or (report.session if report else None) or last_session(patient)
    )
    formulary, today = current_formulary(), today_at(patient)
    form = EventForm(
        request.POST if request.method == "POST" else None,
        formulary=formulary, session=session, today=today, is_new=True, initial={"lots": offered(session)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        event = record_event(
            patient=patient, session=session, report=report, facts=form.facts(), by=user, now=clock.now()
        )
        messages.success(request, _("Recorded."))
        return redirect("treatments:event", event.public_id)
    context = of_patient(patient, today) | {
        "form": form,
        "session": session,
        "sessions": list(_sessions(patient).select_related("product").order_by("-injected_on")[:SHOWN]),
        "report": report,
        "told": listed(report.symptoms) if report else [],
        "terms": terms_for(session, formulary),
    }
    return render(request, "treatments/event_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN, Role.MANAGER)
def event(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an event with all that was ever known of it; a clinician adds what is known now."""
    user = signed_in(request)
    shown = _event_or_404(user, public_id)
    entries = list(shown.entries.select_related("by").prefetch_related("sites__muscle", "lots__product"))
    formulary, today = current_formulary(), today_at(shown.patient)
    bound = request.POST if request.method == "POST" and user.is_clinician else None
    form = EventForm(
        bound, formulary=formulary, session=shown.session, today=today, is_new=False,
        initial=initial_of(entries[-1], formulary),
    )  # fmt: skip
    if bound is not None and form.is_valid():
        try:
            revise_event(event=shown, seen=form.cleaned_data["seen"] or 0, facts=form.facts(), by=user, now=clock.now())
        except EditedMeanwhile as refusal:
            form.add_error(
                None,
                _("%(name)s added an entry meanwhile: read it, then send yours again.")
                % {"name": refusal.theirs.by.full_name},
            )
            form.data = request.POST.copy()
            form.data["seen"] = str(refusal.theirs.number)
            return _event_page(request, shown, form, formulary, status=409)
        else:
            messages.success(request, _("Kept: the earlier entry stands below."))
            return redirect("treatments:event", shown.public_id)
    if request.method != "POST":
        opened(shown, verb="event.opened", by=user, patient=shown.patient)
    return _event_page(request, shown, form, formulary, status=422 if form.errors else 200)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def patient_events(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a patient's events as they stand, and what they told: a part of the chart's page."""
    user = signed_in(request)
    patient = get_object_or_404(Patient.objects.visible_to(user).living_records(), public_id=public_id)
    if not request.headers.get("HX-Request"):  # as a part of the chart's page it is in the trail already
        opened(patient, verb="chart.opened", by=user, patient=patient)
    context = {
        "patient": patient,
        "entries": list(events_of(patient)[:SHOWN]),
        "reports": list(
            SymptomReport.objects.visible_to(user)
            .filter(patient=patient)
            .exclude(level="", words="")
            .select_related("answer")[:SHOWN]
        ),
        "may_write": user.is_clinician,
    }
    return render(request, "treatments/_patient_events.html", context)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def serious_events(request: HttpRequest) -> HttpResponse:
    """List the serious events of this person's locations: what may have to be reported."""
    page = Paginator(serious_near(signed_in(request)), PER_PAGE).get_page(request.GET.get("page"))
    reporting = current_formulary().reporting
    context = {
        "nav": "patients",
        "page": page,
        "query": "",
        "reporting": reporting.system,
        "reporting_source": shown_source(reporting.source),
    }
    return render(request, "treatments/serious_events.html", context)


def terms_for(session: InjectionSession | None, formulary: Formulary) -> list[dict[str, Any]]:
    """Return each event of the catalogue: what makes it serious, when it usually begins, how often it was seen.

    The rates are those of the session's condition and product; where there are none, all that are known.
    """
    condition, product = (session.condition.key, session.product.key) if session else ("", "")
    return [
        {
            "event": term,
            "onset": f"{term.onset_days[0]}–{term.onset_days[1]}",  # noqa: RUF001 - a range is written with an en dash
            "source": shown_source(term.source),
            "rates": rates_of(term.key, formulary, condition=condition, product=product)
            or rates_of(term.key, formulary),
        }
        for term in sorted(formulary.events.values(), key=lambda event: event.term)
    ]


def _event_page(
    request: HttpRequest, shown: AdverseEvent, form: EventForm, formulary: Formulary, *, status: int
) -> HttpResponse:
    entries = list(shown.entries.select_related("by").prefetch_related("sites__muscle", "lots__product"))
    last: EventEntry = entries[-1]
    session = shown.session
    condition, product = (session.condition.key, session.product.key) if session else ("", "")
    term = formulary.events.get(last.term_key)
    context = of_patient(shown.patient, today_at(shown.patient)) | {
        "event": shown,
        "session": session,
        "last": last,
        "days_after": (last.onset_on - session.injected_on).days if session and session.injected_on else None,
        "entries": entries[::-1],
        "form": form,
        "term": term,
        "term_source": shown_source(term.source) if term else None,
        "rates": rates_of(last.term_key, formulary, condition=condition, product=product) if last.term_key else [],
        "terms": terms_for(session, formulary),
        "may_write": signed_in(request).is_clinician,
    }
    return render(request, "treatments/event.html", context, status=status)


def _event_or_404(user: User, public_id: UUID) -> AdverseEvent:
    found: AdverseEvent = get_object_or_404(
        AdverseEvent.objects.visible_to(user).select_related(
            "patient__location", "session__product", "session__condition", "session__clinician", "report"
        ),
        public_id=public_id,
    )
    return found


def _sessions(patient: Patient) -> Any:
    return InjectionSession.objects.filter(patient=patient, signed_at__isnull=False, void__isnull=True).select_related(
        "product", "condition"
    )


def _named(rows: Any, request: HttpRequest, name: str) -> Any:
    """Return the row that the address names, None where it names none of these."""
    try:
        wanted = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return rows.filter(public_id=wanted).first()
