"""What the pages of the stock share: the lot or vial or 404, whose location, who may have seen it."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.http import Http404

from clinic.locations.models import Location
from clinic.staff.models import User
from treatments.models import Lot, Vial


def lot_or_404(user: User, public_id: UUID) -> Lot:
    """Return a lot of this person's locations."""
    lot: Lot | None = (
        Lot.objects.visible_to(user).select_related("product", "location").filter(public_id=public_id).first()
    )
    if lot is None:
        raise Http404
    return lot


def vial_or_404(user: User, public_id: UUID) -> Vial:
    """Return a vial of this person's locations."""
    vial: Vial | None = (
        Vial.objects.visible_to(user)
        .select_related("lot__product", "lot__location")
        .filter(public_id=public_id)
        .first()
    )
    if vial is None:
        raise Http404
    return vial


def locations_of(user: User) -> list[Location]:
    """Return where a delivery may arrive: this person's locations, at least one."""
    locations = sorted(user.places, key=lambda place: place.pk)
    if not locations:
        raise Http404
    return locations


def not_closed(user: User) -> "QuerySet[Vial]":
    """Return the vials with something to account for, with what is left in each."""
    found: QuerySet[Vial] = (
        Vial.objects.visible_to(user)
        .not_closed()
        .select_related("lot__product")
        .annotate(left=F("units") - F("drawn_units"))
        .order_by("opened_at", "id")
    )
    return found


def colleagues(user: User) -> "QuerySet[User]":
    """Return who may have seen it: active staff of the same locations, but not the person who writes it."""
    found: QuerySet[User] = (
        User.objects.filter(is_active=True, locations__in=user.works_at).exclude(pk=user.pk).distinct()
    )
    return found
