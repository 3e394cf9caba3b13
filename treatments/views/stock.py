"""The fridge on one page: lots and vials, receive, take out of use, close what is open."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.forms_session.stock import CloseForm, LotStateForm, ReceiveForm
from treatments.models import Lot, Vial
from treatments.models.stock import LotState
from treatments.quantities import show_units
from treatments.session_refusals import LotDiffers, WastageUnexplained
from treatments.stocking import close_vials, put_back_in_use, receive_lot, take_out_of_use


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def page(request: HttpRequest) -> HttpResponse:
    """Show what is in the fridge of this person's locations."""
    return _page(request, ReceiveForm())


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery into stock."""
    user = signed_in(request)
    form = ReceiveForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    try:
        lot = receive_lot(
            location=_location_of(user),
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
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Lot %(lot)s received.") % {"lot": lot.number})
    return redirect("treatments:stock")


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def lot_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Quarantine or recall a lot, or end its quarantine."""
    user = signed_in(request)
    lot = Lot.objects.visible_to(user).filter(public_id=public_id).first()
    if lot is None:
        raise Http404
    if request.POST.get("state") == LotState.IN_USE:
        put_back_in_use(lot=lot, by=user)
        messages.success(request, _("Lot %(lot)s is in use again.") % {"lot": lot.number})
        return redirect("treatments:stock")
    form = LotStateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write why the lot is taken out of use."))
        return redirect("treatments:stock")
    take_out_of_use(lot=lot, state=LotState(form.cleaned_data["state"]), reason=form.cleaned_data["reason"], by=user)
    messages.success(request, _("Lot %(lot)s is out of use.") % {"lot": lot.number})
    return redirect("treatments:stock")


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def close(request: HttpRequest) -> HttpResponse:
    """Close open vials; what is left is wasted, with a reason."""
    user = signed_in(request)
    form = CloseForm(request.POST, vials=open_vials(user), staff=colleagues(user))
    if not form.is_valid():
        messages.error(request, _("Choose the vials to close."))
        return redirect("treatments:stock")
    data = form.cleaned_data
    try:
        closed = close_vials(
            vials=list(data["vials"]), reason=data["reason"], witness=data["witness"], by=user, now=clock.now()
        )
    except WastageUnexplained:
        messages.error(request, _("Something is left in a vial: write why it is discarded."))
    else:
        messages.success(request, _("%(n)s closed and accounted for.") % {"n": len(closed)})
    return redirect("treatments:stock")


def open_vials(user: User) -> "QuerySet[Vial]":
    """Return the vials that were opened and not closed yet."""
    found: QuerySet[Vial] = (
        Vial.objects.filter(lot__in=Lot.objects.visible_to(user), opened_at__isnull=False, closed_at__isnull=True)
        .select_related("lot__product")
        .order_by("opened_at", "id")
    )
    return found


def colleagues(user: User) -> "QuerySet[User]":
    """Return who may have seen it: active staff of the same locations, but not the person who writes it."""
    found: QuerySet[User] = (
        User.objects.filter(is_active=True, locations__in=user.locations.all()).exclude(pk=user.pk).distinct()
    )
    return found


def _location_of(user: User) -> Location:
    """Return where a delivery arrives: the person's location."""
    location = user.locations.order_by("pk").first()
    if location is None:
        raise Http404
    return location


def _page(request: HttpRequest, form: ReceiveForm, status: int = HTTPStatus.OK) -> HttpResponse:
    user = signed_in(request)
    today = day_of(clock.now(), _location_of(user).zone)
    lots = (
        Lot.objects.visible_to(user)
        .select_related("product", "location")
        .annotate(
            sealed=Count("vials", filter=Q(vials__opened_at__isnull=True, vials__closed_at__isnull=True)),
            all_vials=Count("vials"),
            vial_units=Min("vials__units"),
        )
        .order_by("product_key", "expires_on", "number")
    )
    context: dict[str, Any] = {
        "nav": "stock",
        "receive": form,
        "lots": [
            {
                "lot": lot,
                "is_expired": lot.expires_on < today,
                "vial": show_units(lot.vial_units) if lot.vial_units else "",
            }
            for lot in lots
        ],
        "open_vials": [
            {"vial": vial, "units": show_units(vial.units), "left": show_units(vial.left)}
            for vial in open_vials(user).annotate(left=F("units") - F("drawn_units"))
        ],
        "colleagues": colleagues(user),
        "nothing_left": show_units(Decimal(0)),
    }
    return render(request, "treatments/stock.html", context, status=status)
