"""Put a visit elsewhere on the calendar, make it longer or shorter, and put it back: by hand, or from a form."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.lib import clock
from clinic.staff.access import signed_in
from scheduling import booking, placing
from scheduling.booking import NO_LEAVE, Leave, Slot
from scheduling.booking.rows import slot_of
from scheduling.errors import OutsideHours, Refusal, SlotTaken, TooSoon
from scheduling.forms_calendar import PlaceForm, UntilForm
from scheduling.models import Appointment
from scheduling.views import words
from scheduling.views.board import back
from scheduling.views.toasts import way_to_put_back
from scheduling.views.visits import visit_of, visit_page


@require_POST
def place(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move a visit to where it was put down; what it does not say, clinician or room, stays."""
    user, now = signed_in(request), clock.now()
    visit = visit_of(user, public_id)
    form = PlaceForm(request.POST, visit=visit)
    if not form.is_valid():
        return _unread(request, visit, form)
    data = form.cleaned_data
    clinician = data["clinician"] or visit.clinician
    slot = placing.slot_at(visit=visit, clinician=clinician, starts_at=data["at"], room=data["room"], now=now)
    leave = _kept_leave(visit, slot)
    try:
        moved = booking.move(appointment=visit, slot=slot, seen_version=data["version"], by=user, now=now, leave=leave)
    except Refusal as refusal:
        return _refused(request, visit, refusal, slot)
    when = words.when(moved.starts_at, visit.location.zone)
    return _done(request, moved, _("%(name)s moved to %(when)s") % {"name": visit.patient.name, "when": when})


@require_POST
def until(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a visit end earlier or later."""
    user, now = signed_in(request), clock.now()
    visit = visit_of(user, public_id)
    form = UntilForm(request.POST)
    if not form.is_valid():
        if request.htmx:  # type: ignore[attr-defined] # django_htmx's
            return _unread(request, visit, form)
        refused = _("Choose an end from the list.") if set(form.errors) - {"overbook_reason"} else ""
        return visit_page(request, visit, until_form=form, refused=refused, status_code=422)
    data = form.cleaned_data
    leave = Leave(overbook_reason=data["overbook_reason"])
    try:
        done = booking.stretch(
            appointment=visit, minutes=data["minutes"], seen_version=data["version"], by=user, now=now, leave=leave
        )
    except Refusal as refusal:
        said = _why_no_longer(visit, refusal, minutes=data["minutes"])
        if request.htmx:  # type: ignore[attr-defined] # django_htmx's
            return _told(request, visit, said, status=409)
        return visit_page(request, visit_of(user, public_id), until_form=form, refused=said, status_code=409)
    when = words.clock(done.ends_at, visit.location.zone)
    return _done(request, done, _("%(name)s until %(when)s") % {"name": visit.patient.name, "when": when})


@require_POST
def put_back(request: HttpRequest, public_id: UUID, version: int) -> HttpResponse:
    """Take the last move or stretch back."""
    user = signed_in(request)
    visit = visit_of(user, public_id)
    zone = visit.location.zone
    try:
        visit = booking.put_back(appointment=visit, seen_version=version, by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=zone))
    else:
        when = words.when(visit.starts_at, zone)
        messages.success(request, _("Put back: %(name)s, %(when)s") % {"name": visit.patient.name, "when": when})
    return back(request)


def _kept_leave(visit: Appointment, slot: Slot) -> Leave:
    """What was allowed for a time stays allowed where the visit only changes its room."""
    stays = (slot.clinician, slot.starts_at) == (visit.clinician, visit.starts_at)
    return Leave(overbook_reason=visit.overbook_reason) if stays else NO_LEAVE


def _done(request: HttpRequest, visit: Appointment, said: str) -> HttpResponse:
    """Say it with its undo: to the script that put the visit down, or on the page the form came from."""
    messages.success(request, said, extra_tags=way_to_put_back(visit))
    return render(request, "components/toasts.html") if request.htmx else back(request)  # type: ignore[attr-defined] # django_htmx's


def _refused(request: HttpRequest, visit: Appointment, refusal: Refusal, slot: Slot) -> HttpResponse:
    """Say why not, where the visit still is, and what can be done instead."""
    said = words.refusal(refusal, zone=visit.location.zone)
    if not request.htmx:  # type: ignore[attr-defined] # django_htmx's
        messages.error(request, said)
        return back(request)
    other = free = None
    if isinstance(refusal, SlotTaken):
        other = placing.in_the_way(slot, visit=visit)
    may_be_near = isinstance(refusal, SlotTaken | OutsideHours)
    if may_be_near:
        free = placing.next_free(visit=visit, clinician=slot.clinician, after=slot.starts_at, now=clock.now())
    can_overbook = may_be_near and booking.may_overbook(signed_in(request), visit.location)
    may_allow = isinstance(refusal, TooSoon) and signed_in(request).is_clinician
    ways = {"other": other, "free": free, "slot": slot, "can_overbook": can_overbook, "may_allow": may_allow}
    return _told(request, visit, said, status=409, **ways)


def _why_no_longer(visit: Appointment, refusal: Refusal, *, minutes: int) -> str:
    """Say why a visit cannot end then: who comes next, where that is it."""
    zone = visit.location.zone
    other = placing.in_the_way(replace(slot_of(visit), minutes=minutes), visit=visit)
    if not isinstance(refusal, SlotTaken) or refusal.what != "clinician" or other is None:
        return words.refusal(refusal, zone=zone)
    return _("%(name)s has %(start)s to %(end)s. Choose an earlier end, or overbook with a reason.") % {
        "name": other.patient.name,
        "start": words.clock(other.starts_at, zone),
        "end": words.clock(other.ends_at, zone),
    }


def _unread(request: HttpRequest, visit: Appointment, form: Form) -> HttpResponse:
    """Say what was wrong with what was sent."""
    said = next(str(errors[0]) for errors in form.errors.values())
    if request.htmx:  # type: ignore[attr-defined] # django_htmx's
        return _told(request, visit, said, status=422)
    messages.error(request, said)
    return back(request)


def _told(request: HttpRequest, visit: Appointment, said: str, *, status: int, **more: Any) -> HttpResponse:
    """Return the words that the script shows where the visit was put down."""
    facts = {"visit": visit, "zone": visit.location.zone, "said": said, **more}
    return render(request, "scheduling/_calendar_refused.html", facts, status=status)
