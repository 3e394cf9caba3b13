"""The worklist of booked visits that cannot stay where they are: one at a time, a press moves it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling import booking, displaced
from scheduling.displaced import Displaced, Offered
from scheduling.errors import Refusal, TakenBackAlready
from scheduling.forms import BookForm
from scheduling.forms_supply import KeepForm
from scheduling.models import Appointment, KeptVisit
from scheduling.views import words
from scheduling.views.toasts import say_moved
from scheduling.views.visits import visit_of

TEMPLATE = "scheduling/to_move.html"
LISTED = 50
desk_only = role_required(Role.FRONT_DESK, Role.MANAGER)


@require_safe
@desk_only
def to_move(request: HttpRequest) -> HttpResponse:
    """List the displaced visits, the soonest first, with free times for the one that is open."""
    return _page(request, KeepForm())


@require_safe
@desk_only
def notice(request: HttpRequest) -> HttpResponse:
    """Say on the board how many visits cannot stay where they are."""
    found = displaced.displaced(Appointment.objects.visible_to(signed_in(request)), now=clock.now())
    return render(request, "scheduling/_to_move_notice.html", {"count": len(found)})


@require_POST
@desk_only
def move_displaced(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move a displaced visit to a time that was offered: the patient gets one letter."""
    user = signed_in(request)
    visit = visit_of(user, public_id)
    form = BookForm(request.POST, location=visit.location, moving=visit)
    if not form.is_valid():
        messages.error(request, _("Choose a time from the list."))
        return _open(visit)
    try:
        moved = booking.move(
            appointment=visit,
            slot=form.cleaned_data["wanted"],
            seen_version=whole_number(request.POST.get("version"), -1),
            by=user,
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=visit.location.zone))
        return _open(visit)
    say_moved(request, moved)
    return redirect("scheduling:to_move")


@require_POST
@desk_only
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that a displaced visit stands as it is, and why."""
    user = signed_in(request)
    visit = visit_of(user, public_id)
    form = KeepForm(request.POST)
    if not form.is_valid():
        return _page(request, form, opened=public_id, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        kept = displaced.keep(
            appointment=visit,
            reason=form.cleaned_data["reason"],
            seen_version=whole_number(request.POST.get("version"), -1),
            by=user,
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=visit.location.zone))
        return _open(visit)
    messages.success(
        request,
        _("%(name)s: the visit stands") % {"name": visit.patient.name},
        extra_tags=reverse("scheduling:undo_keep", args=[kept.public_id]),
    )
    return redirect("scheduling:to_move")


@require_POST
@desk_only
def undo_keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List a visit that was kept again."""
    user = signed_in(request)
    kept = get_object_or_404(
        KeptVisit.objects.filter(appointment__in=Appointment.objects.visible_to(user)).select_related(
            "appointment__patient"
        ),
        public_id=public_id,
    )
    try:
        displaced.take_back_keeping(kept=kept, by=user, now=clock.now())
    except TakenBackAlready:
        messages.info(request, _("Somebody did that already."))
    return _open(kept.appointment)


def _page(
    request: HttpRequest, form: KeepForm, *, opened: UUID | None = None, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    found = displaced.displaced(Appointment.objects.visible_to(user), now=now)
    asked = str(opened or request.GET.get("visit", ""))
    shown: Displaced | None = next(
        (one for one in found if str(one.visit.public_id) == asked), found[0] if found else None
    )
    offered: Offered | None = displaced.next_times(shown.visit, now=now) if shown else None
    context: dict[str, Any] = {
        "nav": "to_move",
        "rows": found[:LISTED],
        "total": len(found),
        "more": max(0, len(found) - LISTED),
        "shown": shown,
        "offered": offered,
        "press": BookForm(location=shown.visit.location)["pressed"] if shown else None,
        "keep_form": form,
    }
    return render(request, TEMPLATE, context, status=status)


def _open(visit: Appointment) -> HttpResponse:
    return redirect(f"{reverse('scheduling:to_move')}?visit={visit.public_id}")
