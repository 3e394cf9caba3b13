"""The day-of check, before the needle: a stop stops here; an override asks for its reason."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.assessment import assess_day_of
from treatments.day_of import DayOfAnswers, own_findings
from treatments.errors import EditedMeanwhile
from treatments.event_story import before_session
from treatments.findings import Finding
from treatments.forms_session.check import DayOfForm, initial_of
from treatments.forms_session.how import reasons_in
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.gates import Decision
from treatments.models import InjectionSession
from treatments.recording import save_day_of_check
from treatments.session_facts import facts_of_session
from treatments.session_findings import reasons_of, texts
from treatments.session_refusals import SessionSigned
from treatments.showing import shown_source
from treatments.views.session_common import frame, is_checked_today, note_opened, session_or_404
from treatments.views.session_sheet import asking_form, shown_findings


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
def check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the questions of the day; go on to the preparation when nothing stands in the way."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if session.is_signed:
        return redirect("treatments:session", session.public_id)
    with timezone.override(session.location.zone):
        formulary = current_formulary()
        if request.method == "POST":
            return _checked(request, session, formulary, user)
        note_opened(session, user)
        kept = DayOfAnswers.from_json(session.day_of_check)
        if not is_checked_today(session):  # another day's answers are not today's: nothing is filled in beforehand
            return _check_page(request, session, _check_form(session, formulary), (), {})
        form = _check_form(session, formulary, initial=initial_of(kept))
        return _check_page(request, session, form, _found(session, formulary), texts(reasons_of(session)))


def _checked(request: HttpRequest, session: InjectionSession, formulary: Formulary, user: User) -> HttpResponse:
    form = _check_form(session, formulary, data=request.POST)
    typed = reasons_in(request.POST)
    if not form.is_valid():
        return _check_page(request, session, form, (), typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        decision = save_day_of_check(
            session=session,
            version=whole_number(request.POST.get("version")),
            answers=form.answers(),
            reasons=typed,
            by=user,
            now=clock.now(),
        )
    except SessionSigned:
        return redirect("treatments:session", session.public_id)
    except EditedMeanwhile as refused:
        theirs = session_or_404(user, refused.theirs.public_id)
        kept = initial_of(DayOfAnswers.from_json(theirs.day_of_check))
        form.add_error(
            None,
            _("A colleague saved this session meanwhile. Your answers stand below; send them again to keep yours."),
        )
        return _check_page(request, theirs, form, (), typed, theirs=_changed(form, kept), status=HTTPStatus.CONFLICT)
    if decision.passes:
        is_prepared = session.preparations.exists()
        return redirect("treatments:session" if is_prepared else "treatments:session_prepare", session.public_id)
    session = session_or_404(user, session.public_id)
    return _check_page(
        request,
        session,
        form,
        _all(decision),
        texts(reasons_of(session)) | typed,
        decision=decision,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _check_form(session: InjectionSession, formulary: Formulary, **bound: Any) -> DayOfForm:
    places = [f"{key}:{side}" for key, side in session.sites.values_list("muscle__key", "side")]
    return DayOfForm(formulary=formulary, product=session.product.key, places=places, **bound)


def _found(session: InjectionSession, formulary: Formulary) -> tuple[Finding, ...]:
    """Return what the rules say of a check that was made; nothing before it is made."""
    if session.checked_at is None:
        return ()
    answers = DayOfAnswers.from_json(session.day_of_check)
    asked = facts_of_session(session, formulary=formulary, used_at=clock.now())
    return (*own_findings(answers, asked.treatment_consent), *assess_day_of(asked, formulary))


def _all(decision: Decision) -> tuple[Finding, ...]:
    return (*decision.stopped_by, *decision.needs_reason, *decision.given_despite, *decision.shown)


def _changed(form: DayOfForm, kept: dict[str, Any]) -> list[dict[str, str]]:
    """Return the answers that differ from what a colleague saved."""
    return [
        {
            "what": str(field.label),
            "mine": str(field.value() or _("nothing")),
            "theirs": str(kept.get(field.name) or _("nothing")),
        }
        for field in form
        if str(field.value() or "") != str(kept.get(field.name) or "")
    ]


def _check_page(
    request: HttpRequest,
    session: InjectionSession,
    form: DayOfForm,
    findings: Sequence[Finding],
    reasons: dict[str, str],
    *,
    decision: Decision | None = None,
    theirs: Sequence[dict[str, str]] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = frame(session) | {
        "form": form,
        "findings": shown_findings(findings, reasons, asking_form(findings, reasons)) if findings else None,
        "is_stopped": bool(decision and decision.stopped_by),
        "reasons_due": bool(decision and decision.needs_reason),
        "theirs": theirs,
        "last_events": before_session(session),
        "elsewhere_source": shown_source(form.looks_back_by),
    }
    return render(request, "treatments/session_check.html", context, status=status)
