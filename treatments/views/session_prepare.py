"""What is made up for a session: vials, diluent, mL and time, once or several times; or what was made before."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.dilution import hours_allowed
from treatments.findings import Finding
from treatments.forms_session.how import reasons_in
from treatments.forms_session.stock import MakeUpForm
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession, Preparation, Vial
from treatments.preparing import Said, make_up, take_from, take_off
from treatments.quantities import show_units
from treatments.session_facts import left_in
from treatments.session_made import made_of
from treatments.session_refusals import (
    DayOfStops,
    ReasonsMissing,
    SessionIncomplete,
    SessionSigned,
    Stopped,
    VialInUse,
    VialsDiffer,
)
from treatments.showing import shown_source
from treatments.views.session_common import frame, is_checked_today, note_opened, session_or_404, today_of
from treatments.views.session_made import concentration_words, shown_made
from treatments.views.session_sheet import asking_form, shown_findings
from treatments.views.syringe import syringe_of

MADE_SHOWN = 10
A_DAY = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
def prepare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record what was made up for this session, or take from what was made up before."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if session.is_signed:
        return redirect("treatments:session", session.public_id)
    if session.checked_at is None:
        messages.error(request, _("The day-of check comes first."))
        return redirect("treatments:session_check", session.public_id)
    with timezone.override(session.location.zone):
        if request.method == "POST":
            return _prepared(request, session, user)
        note_opened(session, user)
        if not (is_checked_today(session) or session.is_late_entry):
            messages.warning(request, _("The day-of check is of an earlier day: ask again before the needle."))
        return _prepare_page(request, session, MakeUpForm(vials=sealed_vials(session)))


def sealed_vials(session: InjectionSession) -> "QuerySet[Vial]":
    """Return the unopened vials of the session's product at its location: the first to expire first, past use last."""
    found: QuerySet[Vial] = (
        Vial.objects.sealed()
        .filter(lot__location=session.location_id, lot__product_key=session.product.key)
        .select_related("lot")
        .annotate(is_past=Q(lot__expires_on__lt=today_of(session)) | ~Q(lot__state="in_use"))
        .order_by("is_past", "lot__expires_on", "id")
    )
    return found


def _prepared(request: HttpRequest, session: InjectionSession, user: User) -> HttpResponse:
    is_taking = "made" in request.POST
    form = MakeUpForm(None if is_taking else request.POST, vials=sealed_vials(session))
    typed = reasons_in(request.POST)
    findings: Sequence[Finding] = ()
    try:
        if is_taking:
            take_from(
                session=session,
                made=_made_or_404(session, request.POST["made"]),
                said=_said(request),
                by=user,
                now=clock.now(),
            )
            return redirect(_then(request), session.public_id)
        if form.is_valid():
            make_up(
                session=session,
                making=form.making(),
                said=_said(request),
                by=user,
                now=clock.now(),
            )
            return redirect(_then(request), session.public_id)
    except Stopped as refused:
        findings, words = refused.findings, _("Stopped: this may not be used.")
    except ReasonsMissing as refused:
        findings, words = refused.findings, _("A reason is due first.")
    except DayOfStops:
        words = _("The day-of check stopped, or a reason is due there. Go back to it first.")
    except (VialInUse, VialsDiffer):
        words = _("One of these vials was opened by a colleague a moment ago, or is of another product. Choose again.")
    except SessionIncomplete:
        words = _("The day-of check is of an earlier day: ask again first, or say that it is already injected.")
    except SessionSigned:
        return redirect("treatments:session", session.public_id)
    else:
        words = ""
    return _prepare_page(
        request,
        session,
        form,
        refusal=words,
        findings=findings,
        reasons=typed,
        taking=request.POST.get("made", ""),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _then(request: HttpRequest) -> str:
    """Whoever said that another preparation follows is asked for it next."""
    return "treatments:session_prepare" if _said(request).is_part else "treatments:session"


def _said(request: HttpRequest) -> Said:
    return Said(
        reasons=reasons_in(request.POST),
        is_already_given="is_already_given" in request.POST,
        is_part="is_part" in request.POST,
    )


@require_POST
@role_required(Role.CLINICIAN)
def unprepare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a preparation off the draft: it stays made up, to be used elsewhere or closed."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    made = next((one.row for one in made_of(session) if str(one.row.public_id) == request.POST.get("made")), None)
    if made is None:
        messages.error(request, _("That preparation is not of this session, or not any more."))
        return redirect("treatments:session", session.public_id)
    try:
        take_off(session=session, made=made, by=user, now=clock.now())
    except SessionSigned:
        return redirect("treatments:session", session.public_id)
    messages.success(request, _("Taken off this session. What was opened is still to be used or closed."))
    return redirect("treatments:session_prepare", session.public_id)


def _made_or_404(session: InjectionSession, public_id: str) -> Preparation:
    for made in open_preparations(session):
        if str(made.public_id) == public_id:
            return made
    raise Http404


def open_preparations(session: InjectionSession) -> list[Preparation]:
    """Return what was made up of this product here lately and has an open vial, the newest first.

    Past its use-by time it is offered a day longer, to record what was given late.
    """
    formulary = current_formulary()
    allowed = hours_allowed(formulary.products.get(session.product.key), formulary.rules.volume).value
    since = clock.now() - timedelta(hours=float(allowed)) - A_DAY
    found = (
        Preparation.objects.filter(
            location=session.location_id,
            product__key=session.product.key,
            vials__closed_at__isnull=True,
            reconstituted_at__gte=since,
        )
        .select_related("product", "made_by")
        .prefetch_related("vials__lot")
        .distinct()
        .order_by("-reconstituted_at")
    )
    return list(found[:MADE_SHOWN])


def _prepare_page(
    request: HttpRequest,
    session: InjectionSession,
    form: MakeUpForm,
    *,
    refusal: str = "",
    findings: Sequence[Finding] = (),
    reasons: dict[str, str] | None = None,
    taking: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    formulary = current_formulary()
    product = formulary.products.get(session.product.key)
    sites = list(session.sites.all())
    needed = sum((site.units for site in sites), Decimal(0))
    made = made_of(session)
    taken = {one.row for one in made}
    chosen = {str(value) for value in form["vials"].value() or ()} if form.is_bound else set()
    today, vials = today_of(session), list(sealed_vials(session))
    context = frame(session) | {
        "form": form,
        "refusal": refusal,
        "findings": shown_findings(findings, reasons or {}, asking_form(findings, reasons or {})) if findings else None,
        "taking": taking,
        "needed": show_units(needed),
        "site_count": len(sites),
        "vials": [
            {
                "vial": vial,
                "units": show_units(vial.units),
                "is_chosen": str(vial.public_id) in chosen,
                "is_expired": vial.lot.expires_on < today,
                "is_out": vial.lot.state != "in_use",
            }
            for vial in vials
        ],
        "made": shown_made(session, made, sites, formulary),
        "made_before": [
            {
                "made": row,
                "vials": ", ".join(f"{vial.lot.number} {vial.label}" for vial in row.vials.all()),
                "left": show_units(sum((left_in(vial) for vial in row.vials.all()), Decimal(0))),
                "concentration": concentration_words(row.total_units, row.diluent_ml),
            }
            for row in open_preparations(session)
            if row not in taken
        ],
        "syringe": syringe_of(session, vials, made, sites, formulary),
        "labelled_diluent": product.diluent if product else None,
        "diluent_source": shown_source(product.diluent.source) if product else None,
    }
    return render(request, "treatments/session_prepare.html", context, status=status)


@require_safe
@role_required(Role.CLINICIAN)
def syringe(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the syringe plan for paper, with lines to write on at the bench."""
    user = signed_in(request)
    session = session_or_404(user, public_id)
    if session.is_signed:
        return redirect("treatments:session", session.public_id)
    note_opened(session, user)
    sites = list(session.sites.all())
    context = frame(session) | {
        "location": session.location,
        "syringe": syringe_of(session, list(sealed_vials(session)), made_of(session), sites, current_formulary()),
    }
    return render(request, "treatments/session_syringe.html", context)
