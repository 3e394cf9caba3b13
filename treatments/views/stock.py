"""The stock on one page: what asks for attention, open vials, lots; receive, close what is open."""

from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.forms_session.delivery import ReceiveForm
from treatments.forms_session.stock import CloseForm
from treatments.formulary_db import current_formulary
from treatments.keeping import Shelf, shelf_of
from treatments.models import Excursion, Lot, Vial
from treatments.models.stock import LotState
from treatments.quantities import show_number, show_units
from treatments.session_refusals import LotDiffers, WastageUnexplained
from treatments.showing import shown_source
from treatments.stock_facts import products_running_low, to_be_told
from treatments.stocking import close_vials, receive_lot
from treatments.views.stock_common import colleagues, locations_of, not_closed

NUMBER_LENGTH = 60
A_PAGE = 50


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def page(request: HttpRequest) -> HttpResponse:
    """Show what is in the fridge of this person's locations."""
    return _page(request)


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery into stock."""
    user, now = signed_in(request), clock.now()
    form = ReceiveForm(request.POST, locations=locations_of(user), now=now)
    if not form.is_valid():
        return _page(request, form=form)
    data = form.cleaned_data
    try:
        lot = receive_lot(
            location=data["location"],
            product=data["product"],
            number=data["number"],
            expires_on=data["expires"].on,
            is_month_only=data["expires"].is_month_only,
            vial_units=data["vial_units"],
            vials=data["vials"],
            by=user,
            now=now,
        )
    except LotDiffers:
        form.add_error("expires", _("This lot is in stock with another expiry. Look at the pack again."))
        return _page(request, form=form)
    messages.success(request, _("Lot %(lot)s received.") % {"lot": lot.number})
    return redirect("treatments:stock")


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def close(request: HttpRequest) -> HttpResponse:
    """Close vials; what is left in them is wasted, with a reason."""
    user = signed_in(request)
    form = CloseForm(request.POST, vials=not_closed(user), staff=colleagues(user))
    if not form.is_valid():
        return _page(request, closing=form)
    data = form.cleaned_data
    try:
        closed = close_vials(
            vials=list(data["vials"]), reason=data["reason"], witness=data["witness"], by=user, now=clock.now()
        )
    except WastageUnexplained:
        form.add_error("reason", _("Something is left in a vial: write why it is discarded."))
        return _page(request, closing=form)
    messages.success(request, _("%(n)s closed and accounted for.") % {"n": len(closed)})
    return redirect("treatments:stock")


def _page(request: HttpRequest, *, form: ReceiveForm | None = None, closing: CloseForm | None = None) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    typed = request.GET.get("lot", "").replace("\x00", "")[:NUMBER_LENGTH]
    places = locations_of(user)
    zone = places[0].zone
    today = day_of(now, zone)
    mine = Lot.objects.visible_to(user).select_related("product", "location")
    house = current_formulary().house
    soon = house.expiring_within_days.value
    kept = [_lot(lot, now, soon) for lot in mine.kept().with_counts()]
    is_whole = bool(typed) or "all" in request.GET
    listed = (
        Paginator(mine.numbered(typed).with_counts(), A_PAGE).get_page(request.GET.get("page")) if is_whole else None
    )
    recalled = list(mine.filter(state=LotState.RECALLED))
    untold = to_be_told(recalled)
    chosen = _chosen(closing)
    context: dict[str, Any] = {
        "nav": "stock",
        "receive": form or ReceiveForm(locations=places, now=now),
        "closing": closing,
        "typed": typed,
        "page": listed,
        "query": urlencode({"lot": typed} if typed else {"all": 1}),
        "lots": kept if listed is None else [_lot(lot, now, soon) for lot in listed],
        "expiring": [item for item in kept if item["shelf"] != Shelf.GOOD.value],
        "recalls": [{"lot": lot, "untold": untold[lot.pk]} for lot in recalled if untold[lot.pk]],
        "low": products_running_low(user, today, few=house.few_vials.value),
        "house": {
            "soon": int(soon),
            "few": int(house.few_vials.value),
            "soon_source": shown_source(house.expiring_within_days.source),
            "few_source": shown_source(house.few_vials.source),
        },
        "excursions": Excursion.objects.filter(lot__in=Lot.objects.visible_to(user), answer__isnull=True).count(),
        "fridges": places,
        "open_vials": [
            _open_vial(vial, is_chosen=str(vial.public_id) in chosen)
            for vial in not_closed(user).filter(Q(opened_at__isnull=False) | Q(public_id__in=chosen))
        ],
        "colleagues": colleagues(user),
        "witness": closing["witness"].value() if closing else "",
    }
    is_refused = form is not None or closing is not None
    with timezone.override(zone):
        return render(
            request,
            "treatments/stock.html",
            context,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK,
        )


def _chosen(closing: CloseForm | None) -> set[str]:
    """Return the vials that were ticked, so that a refused form keeps them; not what is no vial's id."""
    if closing is None:
        return set()
    field, typed = closing.fields["vials"], closing["vials"].value() or ()
    known = {str(vial.public_id) for vial in field.queryset}  # type: ignore[attr-defined] # the form gave it one
    return known.intersection(map(str, typed))


def _lot(lot: Any, now: datetime, soon_days: Decimal) -> dict[str, Any]:
    """Return a row of the table: a lot with its counts."""
    return {
        "lot": lot,
        "shelf": shelf_of(lot.expires_on, day_of(now, lot.location.zone), soon_days=soon_days).value,
        "vial": show_units(lot.vial_units) if lot.vial_units else "",
        "left": show_number(lot.left) if lot.left is not None else "",
    }


def _open_vial(vial: Vial, *, is_chosen: bool) -> dict[str, Any]:
    """Return a vial to tick."""
    left = vial.units - vial.drawn_units
    return {"vial": vial, "units": show_units(vial.units), "left": show_number(left), "is_chosen": is_chosen}
