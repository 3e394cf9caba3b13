"""The session while it is a draft: body chart and table, saved at each change, judged by the server, signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.assessment import assess_session
from treatments.day_of import DayOfAnswers, own_findings
from treatments.errors import EditedMeanwhile
from treatments.forms_session.how import HowForm, reasons_in
from treatments.forms_session.sites import SiteRow, SitesTable, empty_rows, rows_of
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.gates import Gate, decide
from treatments.models import InjectionSession, SessionSite
from treatments.quantities import QuantityUnreadable, parse_units, show_number
from treatments.recording import HowDone, save_sites
from treatments.session_facts import facts_of_session
from treatments.session_findings import reasons_of, texts
from treatments.session_made import made_of
from treatments.session_refusals import (
    ReasonsMissing,
    SessionIncomplete,
    SessionSigned,
    Stopped,
    VialOverdrawn,
)
from treatments.signing import Signature, sign
from treatments.skin import note_skin
from treatments.views.common import back_to
from treatments.views.session_chart import chart_hints, skin_asked, skin_in
from treatments.views.session_common import frame, session_or_404
from treatments.views.session_differences import differences
from treatments.views.session_made import shown_made
from treatments.views.session_sheet import (
    asking_form,
    badges_of,
    figures_of,
    muscle_options,
    shown_findings,
    shown_rows,
    totals_of,
)

MISSING = {
    "day_of_check": gettext_lazy("The day-of check is missing."),
    "day_of_check_is_old": gettext_lazy(
        "The day-of check is of an earlier day. Ask again today, or give the time of the injection."
    ),
    "preparation": gettext_lazy("Nothing has been made up yet."),
    "preparation_of_a_site": gettext_lazy("Say for each site which preparation it is from."),
    "sites": gettext_lazy("There is no site yet."),
    "injected_at": gettext_lazy("The time of injection lies ahead."),
    "statement": gettext_lazy("Write your statement on what was given despite a stop, 10 characters or more."),
}


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

    @classmethod
    def kept(cls, session: InjectionSession, formulary: Formulary, now: datetime) -> "Draft":
        """Return the draft as it is kept."""
        sites = list(session.sites.select_related("muscle", "preparation"))
        return cls(session, formulary, now, rows_of(sites), HowForm(initial=_how_of(session)))


def draft_page(request: HttpRequest, draft: Draft, status: int = HTTPStatus.OK) -> HttpResponse:
    """Show the whole page."""
    session = draft.session
    context = (
        frame(session)
        | live_context(draft)
        | {
            "figures": figures_of(draft.rows, draft.formulary, last_sites(session)),
            "rows": shown_rows(draft.rows, draft.formulary),
            "muscles": muscle_options(draft.formulary),
            "blank_marks": [{"side": side, "x": 0, "y": 0} for side in ("left", "right", "midline")],
            **chart_hints(session.plan, draft.formulary),
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
    findings = (*own_findings(answers), *assess_session(asked, draft.formulary))
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
        "saved_at": timezone.localtime(draft.now, session.location.zone),
    }


@role_required(Role.CLINICIAN)
@back_to("treatments:session")
def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what is on the page. From script: answer with findings and totals. Else: the page again."""
    session = session_or_404(signed_in(request), public_id)
    with timezone.override(session.location.zone):
        try:
            draft = _keep(request, session)
        except SessionSigned:
            messages.error(request, _("The session was signed meanwhile: it is frozen."))
            return _leave(request, session)
        if request.headers.get("HX-Request"):
            return _live(request, draft)
        if draft.wrong or draft.theirs or draft.how.errors:
            return draft_page(request, draft, HTTPStatus.CONFLICT if draft.theirs else HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("Draft saved."))
        return redirect("treatments:session", session.public_id)


@role_required(Role.CLINICIAN)
@back_to("treatments:session")
def sign_now(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what is on the page, then sign it; a refusal keeps everything and says what it needs."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    with timezone.override(session.location.zone):
        try:
            draft = _keep(request, session)
            if draft.wrong or draft.theirs or draft.how.errors:
                return draft_page(
                    request, draft, HTTPStatus.CONFLICT if draft.theirs else HTTPStatus.UNPROCESSABLE_ENTITY
                )
            signature = Signature(reasons=draft.typed, declared_total=_declared(request))
            sign(session=draft.session, version=draft.session.version, signature=signature, by=user, now=clock.now())
        except SessionSigned:
            messages.error(request, _("The session is signed already."))
        except (EditedMeanwhile, SessionIncomplete, VialOverdrawn, Stopped, ReasonsMissing) as refused:
            draft.refusal = why(refused)
            return draft_page(request, draft, HTTPStatus.UNPROCESSABLE_ENTITY)
        else:
            messages.success(request, _("Signed."))
        return redirect("treatments:session", session.public_id)


def why(refused: Exception) -> str:
    """Return a refused signature in a sentence."""
    match refused:
        case SessionIncomplete(fields=fields):
            return " ".join(str(MISSING[name]) for name in fields)
        case VialOverdrawn(vial=vial, left=left):
            return _("Vial %(vial)s cannot give that much: %(left)s units are left for this session.") % {
                "vial": vial,
                "left": show_number(left),
            }
        case ReasonsMissing(findings=findings):
            rules = ", ".join(dict.fromkeys(finding.rule for finding in findings))
            return _("A reason is due first, one each: %(rules)s.") % {"rules": rules}
        case Stopped(findings=findings):
            return " ".join(finding.text for finding in findings)
    return _("A colleague saved this session a moment ago. Look again, then sign.")


def last_sites(session: InjectionSession) -> list[SessionSite]:
    """Return the sites of the plan's last signed session: the outlines on the figures."""
    last = (
        InjectionSession.objects.filter(plan=session.plan_id, signed_at__isnull=False, void__isnull=True)
        .exclude(pk=session.pk)
        .order_by("-injected_on", "-id")
        .first()
    )
    return [] if last is None else list(last.sites.all())


def _keep(request: HttpRequest, session: InjectionSession) -> Draft:
    """Read the page and keep it, unless a row is wrong or somebody was faster; then return it as typed."""
    user, now, formulary = signed_in(request), clock.now(), current_formulary()
    stored = list(session.sites.select_related("muscle", "preparation"))
    table = SitesTable(request.POST, stored=stored, formulary=formulary)
    how = HowForm(request.POST)
    draft = Draft(session, formulary, now, table.rows, how, typed=reasons_in(request.POST))
    if not table.is_valid() or not how.is_valid():
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


def _how_of(session: InjectionSession) -> dict[str, Any]:
    """Return how it was done as the form shows it."""
    return {name: getattr(session, name) for name in HowDone.__dataclass_fields__}


def _declared(request: HttpRequest) -> Decimal | None:
    """Return the total the page's script showed, to be held against the server's; None without script."""
    try:
        return parse_units(request.POST.get("declared_total", ""))
    except QuantityUnreadable:
        return None
