"""The fridge: receive a lot, close vials with what was left accounted for."""

import calendar
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from treatments.models import Draw, Lot, ProductVersion, Vial
from treatments.models.stock import DrawKind, LotState
from treatments.session_refusals import LotDiffers, WastageUnexplained
from treatments.withdrawing import batch_of, take_out_of_use


def last_day_printed(year: int, month: int) -> date:
    """Return the last day a month-only expiry allows: the month's last."""
    return date(year, month, calendar.monthrange(year, month)[1])


@transaction.atomic
def receive_lot(  # noqa: PLR0913 - what stands on a pack and a delivery note, all by keyword
    *,
    location: Location,
    product: ProductVersion,
    number: str,
    expires_on: date,
    is_month_only: bool,
    vial_units: Decimal,
    vials: int,
    by: User,
    now: datetime,
) -> Lot:
    """Put vials of a lot into stock; a lot already here, in capitals or not, gets more vials.

    The lot number is text, exactly as printed. A batch that is recalled at another location arrives as recalled.

    Raises:
        LotDiffers: the lot is here with another expiry, so one of the two was misread.
    """
    number = number.strip()
    lot, is_new = Lot.objects.select_for_update().get_or_create(
        location=location,
        product_key=product.key,
        number__iexact=number,
        defaults={
            "product": product,
            "number": number,
            "expires_on": expires_on,
            "expiry_is_month_only": is_month_only,
        },
    )
    if not is_new and lot.expires_on != expires_on:
        raise LotDiffers
    first = lot.vials.count()
    received_on = day_of(now, location.zone)
    Vial.objects.bulk_create(
        Vial(lot=lot, label=vial_label(first + index), units=vial_units, received_on=received_on)
        for index in range(vials)
    )
    record(by=by, verb="lot.received", thing=lot, detail={"vials": vials, "is_new": is_new})
    recalled = batch_of(lot).filter(state=LotState.RECALLED).first()
    if is_new and recalled is not None:
        take_out_of_use(lot=lot, state=LotState.RECALLED, reason=recalled.state_reason, by=by, now=now)
    received: Lot = lot
    return received


def vial_label(index: int) -> str:
    """Return the letter written on the bottle: A to Z, then AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@transaction.atomic
def close_vials(
    *, vials: Sequence[Vial], reason: str, by: User, now: datetime, witness: User | None = None
) -> list[Vial]:
    """Close vials: what is left in each is written off as wasted, with the reason and who saw it (R10 holds after).

    A vial that a colleague closed meanwhile is left as it is.

    Raises:
        WastageUnexplained: something is left and no reason is given.
    """
    locked = list(_locked([vial.pk for vial in vials]))
    for vial in locked:
        left = vial.units - vial.drawn_units
        if left > 0:
            if not reason.strip():
                raise WastageUnexplained
            Draw.objects.create(
                vial=vial, kind=DrawKind.WASTED, units=left, reason=reason.strip(), by=by, witness=witness, at=now
            )
        Vial.objects.filter(pk=vial.pk, closed_at__isnull=True).update(closed_at=now)
        record(by=by, verb="vial.closed", thing=vial)
    return list(Vial.objects.filter(pk__in=[vial.pk for vial in locked]))


def _locked(pks: Sequence[int]) -> "QuerySet[Vial]":
    """Lock vials by pk, the last in the house's order of locks before appointments."""
    open_vials: QuerySet[Vial] = Vial.objects.filter(pk__in=pks, closed_at__isnull=True)
    return open_vials.select_for_update(of=("self",)).order_by("pk")
