"""A session's own page: the draft to work on, or the signed sheet to read, add to, print and void."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import on_kept_records_too, role_required, signed_in, to_write
from clinic.staff.models import Role
from treatments.day_of import DayOfAnswers
from treatments.errors import NothingToCopy
from treatments.findings import Level
from treatments.forms_session.sites import rows_of
from treatments.forms_session.void import AddendumForm, VoidForm
from treatments.formulary_db import current_formulary
from treatments.incidents import mark_seen
from treatments.models import InjectionSession, Plan
from treatments.previous import last_session
from treatments.quantities import show_ml, show_units
from treatments.recording import start_session
from treatments.session_made import made_of
from treatments.session_refusals import AlreadyVoided, PlanNotActive
from treatments.signing import add_addendum, void_session
from treatments.views.session_billing import billing_of
from treatments.views.session_common import frame, is_checked_today, note_opened, session_or_404
from treatments.views.session_edit import Draft, draft_page
from treatments.views.session_made import shown_made
from treatments.views.session_sheet import figures_of, injections_of
from treatments.views.session_words import asked_today

GRAVEST_FIRST = [level.value for level in reversed(Level) if not level.is_apart]


@require_POST
@role_required(Role.CLINICIAN)
def start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open today's draft of a plan, or the one that is open; its sites from the plan, or as they were last time."""
    user = signed_in(request)
    plan = Plan.objects.visible_to(user).filter(public_id=public_id).first()
    if plan is None:
        raise Http404
    try:
        copied = last_session(plan) if request.POST.get("from") == "last" else None
        session = start_session(plan=plan, by=user, now=clock.now(), copied_from=copied)
    except NothingToCopy:
        messages.error(request, _("There is no session of this plan with its product to copy."))
        return redirect("treatments:plan", plan.public_id)
    except PlanNotActive:
        messages.error(request, _("This plan is not active: activate it before a session."))
        return redirect("treatments:plan", plan.public_id)
    return redirect(
        "treatments:session" if is_checked_today(session) else "treatments:session_check", session.public_id
    )


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a session: a draft to its clinicians, the sheet to who may only read."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    note_opened(session, user)
    with timezone.override(session.location.zone):
        if session.is_signed or not user.is_clinician:
            return _sheet(request, session, AddendumForm())
        if session.checked_at is None:
            return redirect("treatments:session_check", session.public_id)
        if session.injected_at is None and not is_checked_today(session):
            text = _("The day-of check is of an earlier day: ask again today, or give the time of the injection.")
            messages.warning(request, text)
        return draft_page(request, Draft.kept(session, current_formulary(), clock.now()))


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def printed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the sheet for paper: black on white, doses in words."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    note_opened(session, user)
    with timezone.override(session.location.zone):
        return render(request, "treatments/session_print.html", sheet_context(session) | {"location": session.location})


@require_POST
@role_required(Role.CLINICIAN)
def addendum(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a remark to a signed session."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if not session.is_signed:
        raise Http404
    form = AddendumForm(request.POST)
    if form.is_valid():
        add_addendum(session=session, text=form.cleaned_data["text"], by=user, now=clock.now())
        messages.success(request, _("Addendum kept."))
        return redirect("treatments:session", session.public_id)
    with timezone.override(session.location.zone):
        return _sheet(request, session, form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def void(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask why a signed session does not stand, then void it."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if not session.is_signed or hasattr(session, "void"):
        return redirect("treatments:session", session.public_id)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            void_session(session=session, **form.cleaned_data, by=user, now=clock.now())
        except AlreadyVoided:
            messages.error(request, _("It was voided already."))
        else:
            messages.success(request, _("Voided. Its units are back in their vials, to be accounted for."))
        return redirect("treatments:session", session.public_id)
    if not form.is_bound:
        note_opened(session, user)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = frame(session) | {"form": form, "total": show_units(session.total_units or Decimal(0))}
    return render(request, "treatments/session_void.html", context, status=status)


@require_POST
@role_required(Role.MANAGER)
@on_kept_records_too
def incidents_seen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that the manager saw what was given despite a block."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if mark_seen(session=session, by=user, now=clock.now()):
        messages.success(request, _("Noted: you have seen it."))
    return redirect("treatments:session", session.public_id)


def _sheet(request: HttpRequest, session: InjectionSession, addendum: AddendumForm) -> HttpResponse:
    """Show the sheet to read; to a clinician with what is added to it, where the record takes anything."""
    may_write = signed_in(request).is_clinician and session.patient.restricted_at is None
    context = sheet_context(session) | {"addendum": addendum, "may_write": may_write}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if addendum.errors else HTTPStatus.OK
    return render(request, "treatments/session_signed.html", context, status=status)


def sheet_context(session: InjectionSession) -> dict[str, Any]:
    """Return the sheet: what was injected where, from what, and what the rules said."""
    sites = list(session.sites.select_related("muscle", "preparation"))
    formulary = current_formulary()
    rows = [row for row in rows_of(sites) if not row.is_new]
    findings = list(session.findings.filter(gate="signing").select_related("reason_by"))
    findings.sort(key=lambda finding: GRAVEST_FIRST.index(finding.level))
    at_signing = {finding.key for finding in findings if finding.reason}
    given_before = session.findings.exclude(gate="signing").exclude(reason="").select_related("reason_by")
    made = made_of(session)
    return frame(session) | {
        "figures": figures_of(rows, formulary),
        "injections": injections_of(sites, made),
        "site_count": len(sites),
        "total": show_units(sum((site.units for site in sites), Decimal(0))),
        "total_ml": show_ml(session.volume_ml) if session.volume_ml else "",
        "made": shown_made(session, made, sites, formulary),
        "draws": list(session.draws.select_related("vial__lot").order_by("id")),
        "open_findings": [finding for finding in findings if finding.level != Level.OK.value],
        "clear_findings": [finding for finding in findings if finding.level == Level.OK.value],
        "reasons_before": [finding for finding in given_before if finding.key not in at_signing],
        "incidents": list(session.incidents.select_related("seen_by")),
        "addenda": list(session.addenda.select_related("by")),
        "void": getattr(session, "void", None),
        "billing": billing_of(session, made, formulary),
        "asked": asked_today(DayOfAnswers.from_json(session.day_of_check), formulary),
    }
