"""The stock on one page: what asks for attention, open vials, lots; receive, close what is open."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.forms_session.stock import CloseForm, ReceiveForm
from treatments.keeping import Shelf, shelf_of
from treatments.models import Excursion, Lot, Vial
from treatments.quantities import show_number, show_units
from treatments.session_refusals import LotDiffers, WastageUnexplained
from treatments.stock_facts import products_running_low, to_be_told
from treatments.stocking import close_vials, receive_lot
from treatments.views.stock_common import colleagues, location_of, not_closed

NUMBER_LENGTH = 60


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def page(request: HttpRequest) -> HttpResponse:
    """Show what is in the fridge of this person's locations."""
    return _page(request)


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery into stock."""
    user = signed_in(request)
    form = ReceiveForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    data = form.cleaned_data
    try:
        lot = receive_lot(
            location=location_of(user),
            product=data["product"],
            number=data["number"],
            expires_on=data["expires"],
            is_month_only=form.is_month_only,
            vial_units=data["vial_units"],
            vials=data["vials"],
            by=user,
            now=clock.now(),
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


def _lots(user: User, typed: str) -> "QuerySet[Lot]":
    """Return the lots with how many of their vials are sealed, open and closed, and the units left in the open ones."""
    is_open = Q(vials__opened_at__isnull=False, vials__closed_at__isnull=True)
    found: QuerySet[Lot] = (
        Lot.objects.visible_to(user)
        .numbered(typed)
        .select_related("product", "location")
        .annotate(
            sealed=Count("vials", filter=Q(vials__opened_at__isnull=True, vials__closed_at__isnull=True)),
            opened=Count("vials", filter=is_open),
            closed=Count("vials", filter=Q(vials__closed_at__isnull=False)),
            left=Sum(F("vials__units") - F("vials__drawn_units"), filter=is_open),
            vial_units=Min("vials__units"),
        )
        .order_by("product_key", "expires_on", "number")
    )
    return found


def _page(request: HttpRequest, *, form: ReceiveForm | None = None, closing: CloseForm | None = None) -> HttpResponse:
    user = signed_in(request)
    typed = request.GET.get("lot", "").replace("\x00", "")[:NUMBER_LENGTH]
    now = clock.now()
    zone = location_of(user).zone
    today = day_of(now, zone)
    lots = list(_lots(user, typed))
    untold = to_be_told(lots)
    chosen = _chosen(closing)
    shown = [_lot(lot, shelf_of(lot.expires_on, day_of(now, lot.location.zone)), untold) for lot in lots]
    context: dict[str, Any] = {
        "nav": "stock",
        "receive": form or ReceiveForm(),
        "closing": closing,
        "typed": typed,
        "lots": shown,
        "expiring": [item for item in shown if item["is_kept"] and item["shelf"] != Shelf.GOOD.value],
        "recalls": [item for item in shown if item["untold"]],
        "low": products_running_low(user, today),
        "excursions": Excursion.objects.filter(lot__in=Lot.objects.visible_to(user), answer__isnull=True).count(),
        "fridges": user.locations.order_by("name"),
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


def _lot(lot: Any, shelf: Shelf, untold: dict[int, int]) -> dict[str, Any]:
    """Return a row of the table."""
    return {
        "lot": lot,
        "shelf": shelf.value,
        "is_kept": bool(lot.sealed or lot.opened),
        "untold": untold.get(lot.pk, 0),
        "vial": show_units(lot.vial_units) if lot.vial_units else "",
        "left": show_number(lot.left) if lot.left is not None else "",
    }


def _open_vial(vial: Vial, *, is_chosen: bool) -> dict[str, Any]:
    """Return a vial to tick."""
    left = vial.units - vial.drawn_units
    return {"vial": vial, "units": show_units(vial.units), "left": show_number(left), "is_chosen": is_chosen}
