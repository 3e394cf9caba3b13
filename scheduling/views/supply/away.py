"""Leave and extra clinics: what is to come, a new entry, and taking one back."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from scheduling.errors import TakenBackAlready
from scheduling.forms_supply import ExtraForm, LeaveForm
from scheduling.models import Absence, ExtraHours
from scheduling.supplying import away
from scheduling.views.supply.saving import Change, save_or_show
from scheduling.views.supply.scope import clinicians_of, visits_with

LEAVE, EXTRA = "scheduling/supply_leave.html", "scheduling/supply_extra.html"
desk_only = role_required(Role.FRONT_DESK, Role.MANAGER)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def leave(request: HttpRequest) -> HttpResponse:
    """List who is away, and enter leave; it says first which booked visits lie in it."""
    user, now = signed_in(request), clock.now()
    people, today = clinicians_of(user), _today(user, now)
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        people=people,
        places=user.open_places,
        today=today,
        initial={"clinician": request.GET.get("with"), "first_on": today},
    )
    rows = Absence.objects.standing().filter(clinician__in=people, last_on__gte=today)
    page: dict[str, Any] = {
        "nav": "to_move",
        "form": form,
        "people": people,
        "rows": rows.select_related("clinician", "location").order_by("first_on", "clinician__full_name"),
    }
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, LEAVE, page, status=status)
    facts = form.facts
    change = Change(
        draft=facts,
        deed=lambda: away.enter_leave(facts=facts, by=user, now=now),
        among=visits_with(user, facts.clinician),
        undo=lambda absence: reverse("scheduling:take_back_leave", args=[absence.public_id]),
    )
    return save_or_show(request, change, now=now, template=LEAVE, page=page, to="scheduling:leave")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def extra(request: HttpRequest) -> HttpResponse:
    """List the extra clinics to come, and add one."""
    user, now = signed_in(request), clock.now()
    people, today = clinicians_of(user), _today(user, now)
    form = ExtraForm(
        request.POST if request.method == "POST" else None, people=people, places=user.open_places, today=today
    )
    rows = ExtraHours.objects.standing().filter(location__in=user.open_places, on__gte=today)
    page: dict[str, Any] = {
        "nav": "to_move",
        "form": form,
        "people": people,
        "rows": rows.select_related("clinician", "location"),
    }
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, EXTRA, page, status=status)
    added = away.add_extra(facts=form.facts, by=user, now=now)
    undo = reverse("scheduling:take_back_extra", args=[added.public_id])
    messages.success(request, _("Extra clinic added."), extra_tags=undo)
    return redirect("scheduling:extra")


@require_POST
@desk_only
def take_back_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take leave back: its times are free again."""
    return _set(request, _absence(request, public_id), away.take_back, "scheduling:restore_leave")


@require_POST
@desk_only
def restore_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let leave that was taken back hold again."""
    return _set(request, _absence(request, public_id), away.restore, "scheduling:take_back_leave")


@require_POST
@desk_only
def take_back_extra(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an extra clinic back: visits booked in it are listed to be moved."""
    return _set(request, _extra(request, public_id), away.take_back, "scheduling:restore_extra")


@require_POST
@desk_only
def restore_extra(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let an extra clinic that was taken back hold again."""
    return _set(request, _extra(request, public_id), away.restore, "scheduling:take_back_extra")


def _set(request: HttpRequest, row: Absence | ExtraHours, deed: Callable[..., None], way_back: str) -> HttpResponse:
    try:
        deed(row=row, by=signed_in(request), now=clock.now())
    except TakenBackAlready:
        messages.info(request, _("Somebody did that already."))
    else:
        said = _("Taken back.") if deed is away.take_back else _("It holds again.")
        messages.success(request, said, extra_tags=reverse(way_back, args=[row.public_id]))
    return redirect("scheduling:leave" if isinstance(row, Absence) else "scheduling:extra")


def _absence(request: HttpRequest, public_id: UUID) -> Absence:
    people = clinicians_of(signed_in(request))
    found: Absence = get_object_or_404(Absence.objects.filter(clinician__in=people), public_id=public_id)
    return found


def _extra(request: HttpRequest, public_id: UUID) -> ExtraHours:
    places = signed_in(request).open_places
    found: ExtraHours = get_object_or_404(ExtraHours.objects.filter(location__in=places), public_id=public_id)
    return found


def _today(user: User, now: datetime) -> date:
    """Return the day it is at the first place of this person."""
    places = user.open_places
    return day_of(now, places[0].zone) if places else now.date()
