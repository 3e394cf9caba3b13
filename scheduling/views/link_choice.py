"""Choose a time from a letter's link: a press keeps it, the next one takes it. One link keeps one time."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patients.models import AccessLink
from scheduling import booking
from scheduling.booking import Slot
from scheduling.errors import Refusal
from scheduling.models import Appointment, HeldTime
from scheduling.offering import Offering
from scheduling.views import choosing, words_for_patients

Take = Callable[[Slot, HeldTime | None], HttpResponse]
"""What the last press does; it may raise the calendar's refusals."""


def choice(
    request: HttpRequest,
    link: AccessLink,
    offering: Offering,
    take: Take,
    *,
    now: datetime,
    more: dict[str, Any],
    moving: Appointment | None = None,
) -> HttpResponse:
    """Answer each step: the times, the one that is kept, the visit. `more` is what the pages say besides."""
    held, pressed = _held(link), request.POST.get("slot", "")
    refused = ""
    if request.method == "POST" and "release" in request.POST:
        if held is not None:
            booking.let_go(held=held, now=now)
        held = None
    elif request.method == "POST":
        is_theirs = held is not None and choosing.pressed(held.starts_at, held.clinician) == pressed
        kept = held if is_theirs and "confirm" in request.POST else None
        slot = booking.slot_of(kept) if kept else offering.slot(pressed, now=now)
        try:
            if slot is None:
                refused = words_for_patients.not_offered()
            elif "confirm" in request.POST:
                return take(slot, kept)
            else:
                held = booking.hold(slot=slot, now=now, link=link, moving=moving)
        except Refusal as refusal:
            refused = words_for_patients.refusal(refusal, zone=offering.location.zone)
    frame = more | {"location": offering.location, "zone": offering.location.zone}
    if held is not None and held.is_kept(now) and not refused and "choose" not in request.GET:
        context = frame | choosing.kept_time(request, held, now=now)
        context["pressed"] = choosing.pressed(held.starts_at, held.clinician)
        return render(request, "scheduling/link_confirm.html", context)
    context = frame | choosing.chooser(request, offering, now=now) | {"refused": refused, "kind": offering.kind}
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "scheduling/link_book.html", context, status=status)


def _held(link: AccessLink) -> HeldTime | None:
    rows = HeldTime.objects.kept().select_related("location", "clinician", "type", "room")
    found: HeldTime | None = rows.filter(link=link).first()
    return found
