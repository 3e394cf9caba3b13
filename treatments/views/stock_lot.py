"""One lot and its moves; one vial and its ledger."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.errors import EditedMeanwhile
from treatments.event_story import events_with
from treatments.forms_session.delivery import LotCorrectionForm
from treatments.forms_session.stock import LotStateForm
from treatments.formulary_db import current_formulary
from treatments.keeping import shelf_of
from treatments.models import Lot, Vial
from treatments.models.stock import LotState
from treatments.quantities import show_number
from treatments.stock_facts import ledger_of, to_be_told
from treatments.views.common import back_to
from treatments.views.stock_common import colleagues, lot_or_404, vial_or_404
from treatments.withdrawing import batch_of, correct_expiry, put_back_in_use, take_out_of_use

A_PAGE = 50


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def lot(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a lot: its vials, why it was moved, what the fridge did to it."""
    shown = lot_or_404(signed_in(request), public_id)
    return _lot_page(request, shown)


@role_required(Role.CLINICIAN, Role.MANAGER)
@back_to("treatments:stock_lot")
def lot_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Quarantine or recall a lot, or lift it again."""
    user = signed_in(request)
    moved = lot_or_404(user, public_id)
    form = LotStateForm(request.POST)
    if not form.is_valid():
        return _lot_page(request, moved, form=form, status=422)
    data = form.cleaned_data
    state, seen = LotState(data["state"]), LotState(data["seen"]) if data["seen"] else None
    try:
        if state == LotState.IN_USE:
            put_back_in_use(lot=moved, reason=data["reason"], seen=seen, by=user, now=clock.now())
        else:
            take_out_of_use(lot=moved, state=state, reason=data["reason"], seen=seen, by=user, now=clock.now())
    except EditedMeanwhile as refused:
        form.add_error(
            None,
            _("Nothing was changed. The lot stands as: %(state)s. %(reason)s")
            % {"state": refused.theirs.get_state_display(), "reason": refused.theirs.state_reason},
        )
        return _lot_page(request, moved, form=form, status=409)
    if state == LotState.RECALLED:
        messages.success(request, _("Lot %(lot)s is recalled. These patients are to be told.") % {"lot": moved.number})
        others = (
            batch_of(moved).exclude(pk=moved.pk).order_by("location__name").values_list("location__name", flat=True)
        )
        if names := ", ".join(others):
            messages.warning(
                request, _("It is recalled at %(places)s too, each with its own list.") % {"places": names}
            )
        return redirect("treatments:stock_recall", moved.public_id)
    word = _("Lot %(lot)s is in use again.") if state == LotState.IN_USE else _("Lot %(lot)s is out of use.")
    messages.success(request, word % {"lot": moved.number})
    return redirect("treatments:stock_lot", moved.public_id)


@role_required(Role.CLINICIAN, Role.MANAGER)
@back_to("treatments:stock_lot")
def lot_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set right an expiry that was misread when the lot was received."""
    user = signed_in(request)
    corrected = lot_or_404(user, public_id)
    form = LotCorrectionForm(request.POST)
    if not form.is_valid():
        return _lot_page(request, corrected, correction=form, status=422)
    data = form.cleaned_data
    try:
        correct_expiry(
            lot=corrected,
            expires_on=data["expires"].on,
            is_month_only=data["expires"].is_month_only,
            seen=data["seen"],
            reason=data["why"],
            by=user,
            now=clock.now(),
        )
    except EditedMeanwhile:
        form.add_error(None, _("Nothing was changed: a colleague corrected this lot meanwhile. It stands as above."))
        return _lot_page(request, lot_or_404(user, public_id), correction=form, status=409)
    messages.success(request, _("The expiry of lot %(lot)s was corrected.") % {"lot": corrected.number})
    return redirect("treatments:stock_lot", corrected.public_id)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def vial(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a vial's ledger: each draw and what was left after it."""
    user = signed_in(request)
    shown = vial_or_404(user, public_id)
    lines = ledger_of(shown)
    context = {
        "nav": "stock",
        "vial": shown,
        "lot": shown.lot,
        "lines": [
            {"draw": line.draw, "units": show_number(line.draw.units), "left": show_number(line.left)} for line in lines
        ],
        "units": show_number(shown.units),
        "left": show_number(lines[-1].left if lines else shown.units),
        "opens_sessions": user.is_clinician,
    }
    with timezone.override(shown.lot.location.zone):
        return render(request, "treatments/stock_vial.html", context)


def _lot_page(
    request: HttpRequest,
    lot: Lot,
    *,
    form: LotStateForm | None = None,
    correction: LotCorrectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    vials = lot.vials.order_by("pk")
    closed = Paginator(vials.filter(closed_at__isnull=False), A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "nav": "stock",
        "lot": lot,
        "shelf": shelf_of(
            lot.expires_on,
            day_of(now, lot.location.zone),
            soon_days=current_formulary().house.expiring_within_days.value,
        ).value,
        "vials": [_vial(vial) for vial in vials.not_closed()],
        "page": closed,
        "closed": [_vial(vial) for vial in closed],
        "moves": lot.moves.select_related("by").order_by("-at", "-pk"),
        "events": list(events_with(lot)[:A_PAGE]),
        "excursions": lot.excursions.select_related("reading", "answer__by").order_by("-reading__read_at"),
        "corrections": lot.corrections.select_related("by").order_by("-at", "-pk"),
        "form": form or LotStateForm(initial={"seen": lot.state}),
        "correction": correction or LotCorrectionForm(initial={"seen": lot.expires_on}),
        "is_correcting": correction is not None,
        "seen": lot.state,
        "untold": to_be_told([lot]).get(lot.pk, 0),
        "colleagues": colleagues(signed_in(request)),
    }
    with timezone.override(lot.location.zone):
        return render(request, "treatments/stock_lot.html", context, status=status)


def _vial(vial: Vial) -> dict[str, Any]:
    """Return a row of the lot's vials."""
    return {
        "vial": vial,
        "units": show_number(vial.units),
        "left": show_number(vial.units - vial.drawn_units),
        "is_open": vial.opened_at is not None and vial.closed_at is None,
    }
