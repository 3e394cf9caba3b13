"""The patients treated with a lot, and, once it is recalled, who told them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.forms_session.fridge import ContactForm
from treatments.models import ContactOutcome, Lot
from treatments.quantities import show_number
from treatments.session_refusals import NotRecalled
from treatments.stock_facts import Treated, not_yet_signed, standing_recall, treated_with, unreached
from treatments.views.common import back_to
from treatments.views.stock_common import lot_or_404
from treatments.withdrawing import log_contact

A_PAGE = 50
"""So many patients at once on a screen; paper has all of them."""


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def recall(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List the patients treated with a lot, with sessions, units, phone and the log of each."""
    return _list(request, public_id, "treatments/stock_recall.html")


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def printed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the list for paper, with room to write."""
    return _list(request, public_id, "treatments/stock_recall_print.html", is_whole=True)


@role_required(Role.CLINICIAN, Role.MANAGER)
@back_to("treatments:stock_recall")
def contact(request: HttpRequest, public_id: UUID, patient: UUID) -> HttpResponse:
    """Write down an attempt to tell one of them."""
    user = signed_in(request)
    lot = lot_or_404(user, public_id)
    told = {one.patient.public_id: one.patient for one in treated_with(lot, None)}
    if patient not in told:
        raise Http404
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, user, lot, "treatments/stock_recall.html", refused=(patient, form), status=422)
    data = form.cleaned_data
    try:
        log_contact(
            lot=lot,
            patient=told[patient],
            outcome=ContactOutcome(data["outcome"]),
            note=data["note"],
            by=user,
            now=clock.now(),
        )
    except NotRecalled:
        messages.error(request, _("The lot is not recalled: nobody is to be told."))
    else:
        messages.success(request, _("Written down."))
    return redirect("treatments:stock_recall", lot.public_id)


def _list(request: HttpRequest, public_id: UUID, template: str, *, is_whole: bool = False) -> HttpResponse:
    """Show it, and write down who looked: it names patients."""
    user = signed_in(request)
    lot = lot_or_404(user, public_id)
    with transaction.atomic():
        record(by=user, verb="recall.opened", thing=lot)
    return _page(request, user, lot, template, is_whole=is_whole)


def _page(
    request: HttpRequest,
    user: User,
    lot: Lot,
    template: str,
    *,
    is_whole: bool = False,
    refused: tuple[UUID, ContactForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    move = standing_recall(lot)
    told = treated_with(lot, move)
    left = unreached(told)
    form_of = dict([refused]) if refused else {}
    shown = Paginator(told, A_PAGE).get_page(_page_with(told, refused[0]) if refused else request.GET.get("page"))
    context: dict[str, Any] = {
        "nav": "stock",
        "lot": lot,
        "location": lot.location,
        "move": move,
        "treated": len(told),
        "page": shown,
        "told": [_row(one, form_of.get(one.patient.public_id)) for one in (told if is_whole else shown)],
        "left": len(left),
        "unsigned": not_yet_signed(lot),
        "outcomes": ContactOutcome.choices,
        "opens_sessions": user.is_clinician,
        "today": clock.now(),
    }
    with timezone.override(lot.location.zone):
        return render(request, template, context, status=status)


def _page_with(told: list[Treated], patient: UUID) -> int:
    """Return the page that a patient is on."""
    return [one.patient.public_id for one in told].index(patient) // A_PAGE + 1


def _row(one: Treated, form: ContactForm | None) -> dict[str, Any]:
    """Return one patient with the sessions and the form to write the next attempt in."""
    return {
        "patient": one.patient,
        "sessions": [
            {"session": session, "units": show_number(session.from_lot)}  # type: ignore[attr-defined] # annotated
            for session in one.sessions
        ],
        "contacts": one.contacts,
        "is_reached": one.is_reached,
        "form": form or ContactForm(),
    }
