"""Before the needle: the day-of check, and what is made up. A stop stops here; an override asks for its reason."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
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
from treatments.dilution import hours_allowed
from treatments.errors import EditedMeanwhile
from treatments.findings import Finding
from treatments.forms_session.check import DayOfForm, initial_of
from treatments.forms_session.how import reasons_in
from treatments.forms_session.stock import MakeUpForm
from treatments.formulary import Formulary, Product
from treatments.formulary.products import Dilution
from treatments.formulary_db import current_formulary
from treatments.gates import Decision
from treatments.models import InjectionSession, Preparation, Vial
from treatments.preparing import make_up, take_from
from treatments.quantities import show_ml, show_units
from treatments.recording import save_day_of_check
from treatments.session_facts import facts_of_session, left_in
from treatments.session_findings import reasons_of, texts
from treatments.session_refusals import (
    DayOfStops,
    ReasonsMissing,
    SessionIncomplete,
    SessionSigned,
    Stopped,
    VialInUse,
    VialsDiffer,
)
from treatments.views.session_common import frame, is_checked_today, note_opened, session_or_404, today_of
from treatments.views.session_sheet import asking_form, shown_findings

MADE_SHOWN = 10
A_DAY = timedelta(days=1)


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
        return redirect(
            "treatments:session_prepare" if session.preparation is None else "treatments:session", session.public_id
        )
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
    return (*own_findings(answers), *assess_day_of(asked, formulary))


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
    }
    return render(request, "treatments/session_check.html", context, status=status)


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
        if not is_checked_today(session):
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
                reasons=typed,
                is_already_given="is_already_given" in request.POST,
                by=user,
                now=clock.now(),
            )
            return redirect("treatments:session", session.public_id)
        if form.is_valid():
            make_up(
                session=session,
                making=form.making(),
                reasons=typed,
                is_already_given=form.cleaned_data["is_already_given"],
                by=user,
                now=clock.now(),
            )
            return redirect("treatments:session", session.public_id)
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
    chosen = {str(value) for value in form["vials"].value() or ()} if form.is_bound else set()
    today = today_of(session)
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
            for vial in sealed_vials(session)
        ],
        "made_before": [
            {
                "made": made,
                "vials": ", ".join(f"{vial.lot.number} {vial.label}" for vial in made.vials.all()),
                "left": show_units(sum((left_in(vial) for vial in made.vials.all()), Decimal(0))),
                "concentration": concentration_words(made.total_units, made.diluent_ml),
            }
            for made in open_preparations(session)
        ],
        "dilutions": [
            {
                "units": show_units(row.vial_units),
                "ml": show_ml(row.diluent_ml),
                "concentration": concentration_words(row.vial_units, row.diluent_ml),
                "source": row.source,
            }
            for row in dilutions_for(product, session)
        ],
        "labelled_diluent": product.diluent if product else None,
    }
    return render(request, "treatments/session_prepare.html", context, status=status)


def dilutions_for(product: Product | None, session: InjectionSession) -> list[Dilution]:
    """Return the usual dilutions for the condition; where there is none, the product's table."""
    if product is None:
        return []
    usual = [row for row in product.usual_dilutions if session.condition.key in row.conditions]
    return usual or list(product.dilutions)


def concentration_words(units: Decimal, ml: Decimal) -> str:
    """Return "5 units per 0.1 mL"."""
    return _("%(units)s per 0.1 mL") % {"units": show_units((units / ml / 10).quantize(Decimal("0.01")))}
