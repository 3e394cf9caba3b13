"""The day before: the list to work through, on the screen and on paper."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.staff.access import signed_in
from scheduling.day_before import day_before, next_day
from scheduling.views.board import asked_day
from treatments.quantities import show_number

LACKS = {
    "intake": _("Intake"),
    "unread": _("Intake to be read"),
    "read_first": _("Intake to be read first"),
    "consent": _("Consent"),
    "plan": _("Plan"),
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show who comes on a day, by default the next on which anybody does, and what is missing until then."""
    user, now = signed_in(request), clock.now()
    locations = user.open_places
    if not locations:
        return render(request, "scheduling/today_nowhere.html", {"nav": "today"})
    zone = locations[0].zone
    asked = request.GET.get("day")
    usual = next_day(user=user, locations=locations, now=now, zone=zone)
    day = asked_day(asked, usual)
    found = day_before(user=user, locations=locations, day=day, zone=zone)
    with transaction.atomic():
        record(by=user, verb="day_before.opened", thing=user, detail={"rows": len(found.rows)})
    rows = [{"row": row, "lacks": [LACKS[key] for key in row.lacks]} for row in found.rows]
    names = {place.pk: place.name for place in locations}
    return render(
        request,
        "scheduling/day_before.html",
        {
            "nav": "today",
            "day": day,
            "is_usual": day == usual,
            "previous": day - timedelta(days=1),
            "following": day + timedelta(days=1),
            "printed_at": now.astimezone(zone),
            "list": found,
            "rows": rows,
            "incomplete": [one for one in rows if one["lacks"]],
            "complete": [one for one in rows if not one["lacks"]],
            "needs": [
                {
                    "need": need,
                    "place": names.get(need.location_id, ""),
                    "units": show_number(need.allotted.units),
                    "missing": show_number(need.allotted.missing),
                    "to_open": _counts(need.allotted.to_open),
                    "in_stock": _counts(need.allotted.in_stock),
                }
                for need in found.needs
            ],
            "has_places": len(locations) > 1,
            "sees_doses": not user.is_front_desk,
        },
    )


def _counts(vials: Iterable[tuple[Decimal, int]]) -> list[tuple[str, int]]:
    return [(show_number(size), count) for size, count in vials]
