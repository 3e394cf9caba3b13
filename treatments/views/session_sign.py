"""The signature, in two presses: the session is kept and shown back as it would be signed, then signed as shown."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.errors import EditedMeanwhile
from treatments.findings import Level
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession
from treatments.quantities import QuantityUnreadable, parse_units, show_ml, show_number, show_units
from treatments.session_findings import texts
from treatments.session_made import made_of
from treatments.session_refusals import ReasonsMissing, SessionIncomplete, SessionSigned, Stopped, VialOverdrawn
from treatments.signing import sign
from treatments.views.common import back_to
from treatments.views.session_common import frame, note_opened, session_or_404
from treatments.views.session_edit import Draft, draft_page, keep, not_kept, say_settled
from treatments.views.session_made import shown_made
from treatments.views.session_sheet import injections_of, shown_findings
from treatments.weighing import Signature, Weighed, weigh

MISSING = {
    "day_of_check": gettext_lazy("The day-of check is missing."),
    "day_of_check_is_old": gettext_lazy(
        "The day-of check is of an earlier day. Ask again today, or give the time of the injection."
    ),
    "preparation": gettext_lazy("Nothing has been made up yet."),
    "preparation_of_a_site": gettext_lazy("Say for each site which preparation it is from."),
    "sites": gettext_lazy("There is no site yet."),
    "injected_at": gettext_lazy("The time of injection lies ahead."),
    "injected_before_birth": gettext_lazy("The time of injection lies before the patient was born: look at its year."),
    "late_entry": gettext_lazy(
        "It was given on an earlier day than it was begun here: say that it is a late entry, and why."
    ),
    "statement": gettext_lazy("Write your statement on what was given despite a stop, 10 characters or more."),
}
NOT_YET = (SessionIncomplete, VialOverdrawn, Stopped, ReasonsMissing)


@role_required(Role.CLINICIAN)
@back_to("treatments:session")
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what is on the page and go on to what would be signed; a refusal keeps everything and says what it needs."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    with timezone.override(session.location.zone):
        try:
            draft = keep(request, session)
            if not draft.is_kept:
                return not_kept(request, draft)
            _weighed(draft.session, user, declared_total=_declared(request))
            say_settled(request, draft)
        except SessionSigned:
            messages.error(request, _("The session is signed already."))
            return redirect("treatments:session", session.public_id)
        except NOT_YET as refused:
            draft.refusal = why(refused)
            return draft_page(request, draft, HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect("treatments:session_sign", session.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
def sign_now(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what would be signed, and sign it as it was shown: one version, one total."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if session.is_signed:
        messages.info(request, _("The session is signed."))
        return redirect("treatments:session", session.public_id)
    with timezone.override(session.location.zone):
        if request.method == "POST":
            return _signed(request, session, user)
        note_opened(session, user)
        return _to_review(request, session, user)


def _signed(request: HttpRequest, session: InjectionSession, user: User) -> HttpResponse:
    try:
        sign(
            session=session,
            version=whole_number(request.POST.get("version")),
            signature=Signature(reasons={}, declared_total=_declared(request)),
            by=user,
            now=clock.now(),
        )
    except SessionSigned:
        messages.error(request, _("The session is signed already."))
    except EditedMeanwhile:
        return _to_review(request, session_or_404(user, session.public_id), user, is_changed=True)
    except NOT_YET as refused:
        draft = Draft.kept(session_or_404(user, session.public_id), current_formulary(), clock.now())
        draft.refusal = why(refused)
        return draft_page(request, draft, HTTPStatus.UNPROCESSABLE_ENTITY)
    else:
        messages.success(request, _("Signed."))
    return redirect("treatments:session", session.public_id)


def _to_review(
    request: HttpRequest, session: InjectionSession, user: User, *, is_changed: bool = False
) -> HttpResponse:
    """Show the session back as it stands now; one that cannot be signed says so on its own page."""
    try:
        weighed = _weighed(session, user)
    except NOT_YET as refused:
        messages.error(request, _("Not signed. %(why)s") % {"why": why(refused)})
        return redirect("treatments:session", session.public_id)
    status = HTTPStatus.CONFLICT if is_changed else HTTPStatus.OK
    context = review_context(session, weighed) | {"is_changed": is_changed}
    return render(request, "treatments/session_sign.html", context, status=status)


@transaction.atomic
def _weighed(session: InjectionSession, user: User, *, declared_total: Decimal | None = None) -> Weighed:
    signature = Signature(reasons={}, declared_total=declared_total)
    return weigh(session, signature, made_of(session), by=user, now=clock.now())


def review_context(session: InjectionSession, weighed: Weighed) -> dict[str, Any]:
    """Return what is shown back: whom, what, from which lots, where, what the rules say and what was answered."""
    formulary = current_formulary()
    apart = {found.key for found in weighed.decision.given_despite}
    to_say = [found for found in weighed.findings if found.level is not Level.OK and found.key not in apart]
    return frame(session) | {
        "version": session.version,
        "declared_total": show_number(weighed.total).replace(",", ""),
        "total": show_units(weighed.total),
        "total_ml": show_ml(sum((site.volume_ml or Decimal(0) for site in weighed.sites), Decimal(0))),
        "site_count": len(weighed.sites),
        "injections": injections_of(weighed.sites, weighed.made),
        "from_vials": [{"vial": vial, "units": show_units(units)} for vial, units in weighed.parts if units],
        "made": shown_made(session, weighed.made, weighed.sites, formulary),
        "injected_at": weighed.injected_at.astimezone(session.location.zone),
        "is_now": session.injected_at is None,
        "findings": shown_findings(to_say, texts(weighed.reasons)),
        "clear_count": sum(found.level is Level.OK for found in weighed.findings),
        "despite": shown_findings(weighed.decision.given_despite, {})["open"],
        "statement": weighed.statement,
    }


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


def _declared(request: HttpRequest) -> Decimal | None:
    """Return the total the page showed, to be held against the server's; None where it showed none."""
    try:
        return parse_units(request.POST.get("declared_total", ""))
    except QuantityUnreadable:
        return None
