"""The session while it is a draft: body chart and table, saved at each change, judged by the server, signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.assessment import assess_session
from treatments.day_of import DayOfAnswers, own_findings
from treatments.errors import EditedMeanwhile
from treatments.findings import Finding
from treatments.forms_session.how import HowForm, reasons_in
from treatments.forms_session.sites import SiteRow, SitesTable, empty_rows, rows_of
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.gates import Gate, decide
from treatments.models import InjectionSession
from treatments.muscles import side_finding
from treatments.quantities import show_number
from treatments.recording import save_sites
from treatments.session_facts import facts_of_session
from treatments.session_findings import reasons_of, texts
from treatments.session_made import made_of
from treatments.session_refusals import SessionSigned
from treatments.skin import note_skin
from treatments.views.against import against
from treatments.views.common import back_to
from treatments.views.session_chart import chart_context, skin_asked, skin_in
from treatments.views.session_common import frame, session_or_404
from treatments.views.session_differences import differences
from treatments.views.session_made import shown_made
from treatments.views.session_sheet import (
    asking_form,
    badges_of,
    shown_findings,
    totals_of,
    words_of,
)

PAIN = "nrs"
"""The instrument of the catalogue by which the patient says how painful the injections were."""


@dataclass
class Draft:
    """What the page shows: as kept, or as typed and not kept yet."""

    session: InjectionSession
    formulary: Formulary
    now: datetime
    rows: list[SiteRow]
    how: HowForm
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: list[SiteRow] = field(default_factory=list)
    refusal: str = ""
    theirs: list[dict[str, str]] = field(default_factory=list)
    settled: list[Finding] = field(default_factory=list)
    """Sides that were chosen for a muscle that has none (R24): said once, for what is kept is the midline."""

    @classmethod
    def kept(cls, session: InjectionSession, formulary: Formulary, now: datetime) -> "Draft":
        """Return the draft as it is kept."""
        sites = list(session.sites.select_related("muscle", "preparation"))
        return cls(session, formulary, now, rows_of(sites), how_form(session, formulary))

    @property
    def is_kept(self) -> bool:
        """Whether nothing stood in the way of keeping it."""
        return not (self.wrong or self.theirs or self.how.errors)


def draft_page(request: HttpRequest, draft: Draft, status: int = HTTPStatus.OK) -> HttpResponse:
    """Show the whole page."""
    session = draft.session
    context = (
        frame(session)
        | live_context(draft)
        | chart_context(session, draft.rows, draft.formulary)
        | {
            "how": draft.how,
            "wrong": draft.wrong,
            "refusal": draft.refusal,
            "theirs": draft.theirs,
        }
    )
    return render(request, "treatments/session_form.html", context, status=status)


def live_context(draft: Draft) -> dict[str, Any]:
    """Return what the server computes from the sites: totals, balance, findings, what a signature still needs."""
    session, sites = draft.session, list(draft.session.sites.select_related("muscle", "preparation"))
    made = made_of(session)
    asked = facts_of_session(
        session, formulary=draft.formulary, used_at=session.injected_at or draft.now, sites=sites, made=made
    )
    answers = DayOfAnswers.from_json(session.day_of_check)
    findings = (*own_findings(answers, asked.treatment_consent), *assess_session(asked, draft.formulary))
    if draft.settled:
        findings = (*(found for found in findings if found.rule != "R24"), *draft.settled)
    reasons = texts(reasons_of(session)) | dict(draft.typed)
    decision = decide(findings, Gate.SIGNING, reasons)
    return {
        "version": session.version,
        "totals": totals_of(draft.rows, made),
        "findings": shown_findings(findings, reasons, asking_form(findings, reasons)),
        "verdicts": badges_of(findings, decision),
        "skin_asked": skin_asked(session, draft.rows, draft.formulary),
        "given_despite": decision.given_despite,
        "made": shown_made(session, made, sites, draft.formulary),
        "against": against(session, sites, draft.formulary),
        "saved_at": timezone.localtime(draft.now, session.location.zone),
    }


@role_required(Role.CLINICIAN)
@back_to("treatments:session")
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what is on the page. From script: answer with findings and totals. Else: the page again."""
    session = session_or_404(signed_in(request), public_id)
    with timezone.override(session.location.zone):
        try:
            draft = keep(request, session)
        except SessionSigned:
            messages.error(request, _("The session was signed meanwhile: it is frozen."))
            return _leave(request, session)
        if request.headers.get("HX-Request"):
            return _live(request, draft)
        if not draft.is_kept:
            return not_kept(request, draft)
        say_settled(request, draft)
        for note in [row.note for row in draft.rows if row.note]:
            messages.warning(request, note)
        messages.success(request, _("Draft saved."))
        return redirect("treatments:session", session.public_id)


def not_kept(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the page as it was typed, with what stands in the way."""
    return draft_page(request, draft, HTTPStatus.CONFLICT if draft.theirs else HTTPStatus.UNPROCESSABLE_ENTITY)


def say_settled(request: HttpRequest, draft: Draft) -> None:
    """Tell on the next page what side was dropped."""
    for found in draft.settled:
        messages.warning(request, " ".join(words_of(found)))


def how_form(session: InjectionSession, formulary: Formulary, data: QueryDict | None = None) -> HowForm:
    """Return the form on how it was done, with the staff of the place."""
    staff = list(staff_at(session))
    return HowForm(data, session=session, staff=staff, pain=formulary.instrument(PAIN))


def staff_at(session: InjectionSession) -> "QuerySet[User]":
    """Return who works where the session is held, and whose session it is: what a page may name."""
    return User.objects.filter(
        Q(is_active=True, locations=session.location_id) | Q(pk__in=[session.clinician_id, session.assistant_id])
    ).distinct()


def keep(request: HttpRequest, session: InjectionSession) -> Draft:
    """Read the page and keep it, unless a row is wrong or somebody was faster; then return it as typed."""
    user, now, formulary = signed_in(request), clock.now(), current_formulary()
    stored = list(session.sites.select_related("muscle", "preparation"))
    table = SitesTable(request.POST, stored=stored, formulary=formulary)
    how = how_form(session, formulary, request.POST)
    draft = Draft(session, formulary, now, table.rows, how, typed=reasons_in(request.POST))
    is_valid = table.is_valid()
    draft.settled = [side_finding(formulary.muscle(muscle), side) for muscle, side in table.settled]
    if not is_valid or not how.is_valid():
        draft.wrong = table.wrong
        return draft
    try:
        draft.session = save_sites(
            session=session,
            version=whole_number(request.POST.get("version")),
            sites=table.entries,
            how=how.how(),
            reasons=draft.typed,
            by=user,
            now=now,
        )
    except EditedMeanwhile as refused:
        draft.session = session_or_404(user, refused.theirs.public_id)
        draft.theirs = differences(table.rows, how.how(), draft.session, formulary)
    else:
        draft.session = note_skin(session=draft.session, seen=skin_in(request.POST), by=user)
        draft.rows = _with_volumes(table.rows, draft.session)
    return draft


def _with_volumes(rows: list[SiteRow], session: InjectionSession) -> list[SiteRow]:
    """Return the kept rows with the mL the server computed, and fresh empty ones."""
    volumes = {str(site.public_id): site.volume_ml for site in session.sites.all()}
    kept = [row for row in rows if row.key in volumes]
    for row in kept:
        volume = volumes[row.key]
        row.volume = "" if volume is None else show_number(volume)
        row.is_new = False
    return [*kept, *empty_rows()]


def _live(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Answer the script: what changed on the page beside what was typed."""
    status = HTTPStatus.CONFLICT if draft.theirs else HTTPStatus.OK  # a row half written is the usual state of typing
    context = live_context(draft) | {
        "session": draft.session,
        "rows": draft.rows,
        "wrong": draft.wrong,
        "theirs": draft.theirs,
        "how": draft.how,
        "is_live": True,
    }
    if draft.theirs:
        context["version"] = request.POST.get("version", "")
    return render(request, "treatments/_session_live.html", context, status=status)


def _leave(request: HttpRequest, session: InjectionSession) -> HttpResponse:
    """Send the browser to the signed session, whether a script or a person asked."""
    response: HttpResponse = redirect("treatments:session", session.public_id)
    if request.headers.get("HX-Request"):
        address = response["Location"]
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Redirect"] = address
    return response
