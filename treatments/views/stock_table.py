"""The lots as a table to save: what was received, as printed, and what is left of it."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib.tables import write_table
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.models import Lot
from treatments.quantities import show_number

HEADS = (
    "location", "product", "lot", "expires", "units_a_vial", "vials", "sealed", "open", "closed",
    "units_left_in_open", "state", "state_reason",
)  # fmt: skip


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def table(request: HttpRequest) -> HttpResponse:
    """Hand out every lot of this person's locations; `manage.py receive_lots` reads the same columns."""
    user = signed_in(request)
    with transaction.atomic():
        record(by=user, verb="stock.exported", thing=user)
    answer = HttpResponse(write_table(HEADS, _rows(user)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="stock.csv"'
    return answer


def _rows(user: User) -> Iterator[tuple[str, ...]]:
    lot: Any
    for lot in Lot.objects.visible_to(user).select_related("location").with_counts():
        yield (
            lot.location.name,
            lot.product_key,
            lot.number,
            f"{lot.expires_on:%m/%Y}" if lot.expiry_is_month_only else f"{lot.expires_on:%Y-%m-%d}",
            show_number(lot.vial_units) if lot.vial_units else "",
            str(lot.sealed + lot.opened + lot.closed),
            str(lot.sealed),
            str(lot.opened),
            str(lot.closed),
            show_number(lot.left) if lot.left is not None else "",
            lot.state,
            lot.state_reason,
        )
