"""The waiting list at the desk: who waits, whom to ring, put on, take off; an offer answered by phone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.closing import mark_closed
from patients.reminders import kept_from
from scheduling.errors import Refusal
from scheduling.forms_waiting import WaitForm
from scheduling.models import Appointment, SlotOffer, WaitingEntry
from scheduling.views import words
from scheduling.views.patients import patient_of
from scheduling.views.toasts import say_moved, to_say_booked
from scheduling.views.waiting_words import when_it_suits
from scheduling.waiting import answering, keeping, ringing

PER_PAGE = 50


@require_GET
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Show who waits, the longest first, with what was offered; before them whom no letter reaches."""
    user, now = signed_in(request), clock.now()
    found = WaitingEntry.objects.visible_to(user).waiting().select_related("patient", "type", "clinician", "location")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    to_ring = ringing.to_ring(user, now=now)
    mark_closed([offer.entry.patient for offer in to_ring], user)
    return render(
        request,
        "scheduling/waiting_list.html",
        {
            "nav": "waiting",
            "page": page,
            "rows": _rows(list(page.object_list), now=now),
            "to_ring": to_ring,
        },
    )


@require_http_methods(["GET", "POST"])
def put_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a patient on the list: for what, with whom, when it suits."""
    user, now = signed_in(request), clock.now()
    patient = patient_of(user, public_id)
    location = patient.location
    asked = {name: request.GET[name] for name in ("type", "clinician") if request.GET.get(name)}
    form = WaitForm(request.POST or None, location=location, today=day_of(now, location.zone), initial=asked)
    refused = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            entry = keeping.put_on(
                patient=patient, kind=data["type"], clinician=data["clinician"], wish=data["wish"],
                note=data["note"], by=user, now=now,
            )  # fmt: skip
        except Refusal as refusal:
            refused = words.refusal(refusal, zone=location.zone)
        else:
            undo = reverse("scheduling:waiting_take_off", args=[entry.public_id])
            messages.success(request, _("On the waiting list: %(name)s") % {"name": patient.name}, extra_tags=undo)
            return redirect("scheduling:waiting")
    return render(
        request,
        "scheduling/waiting_new.html",
        {"nav": "waiting", "patient": patient, "form": form, "refused": refused},
        status=409 if refused else 422 if form.errors else 200,
    )


@require_POST
def take_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take somebody off the list, with a moment to put them back."""
    user = signed_in(request)
    entry = _entry(user, public_id)
    if keeping.take_off(entry=entry, by=user, now=clock.now()):
        undo = reverse("scheduling:waiting_put_back", args=[public_id])
        messages.success(request, _("Off the list: %(name)s") % {"name": entry.patient.name}, extra_tags=undo)
    else:
        messages.info(request, _("%(name)s does not wait any more.") % {"name": entry.patient.name})
    return redirect("scheduling:waiting")


@require_POST
def put_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put somebody back who was taken off by mistake."""
    user = signed_in(request)
    entry = _entry(user, public_id)
    try:
        again = keeping.put_back(entry=entry, by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=entry.location.zone))
    else:
        if again:
            messages.success(request, _("Waits again: %(name)s") % {"name": entry.patient.name})
        else:
            messages.info(request, _("Nothing was changed: somebody saw to it before."))
    return redirect("scheduling:waiting")


@require_POST
def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Book the time of an offer for a patient who said yes on the phone."""
    user = signed_in(request)
    offer = _offer(user, public_id)
    try:
        visit = answering.take(offer=offer, by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=offer.entry.location.zone))
        return redirect("scheduling:waiting")
    page = reverse("scheduling:appointment", args=[visit.public_id])
    if visit.sequence:  # the time came in place of a visit they had
        say_moved(request, visit)
        return redirect(page)
    return to_say_booked(page, visit)


@require_POST
def decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that the time does not suit: the patient stays on the list, the next one is asked."""
    user = signed_in(request)
    offer = _offer(user, public_id)
    if answering.decline(offer=offer, by=user, now=clock.now()):
        messages.success(request, _("Does not suit: %(name)s stays on the list.") % {"name": offer.entry.patient.name})
    else:
        messages.info(request, _("Nothing was changed: somebody saw to it before."))
    return redirect("scheduling:waiting")


def _rows(entries: list[WaitingEntry], *, now: datetime) -> list[dict[str, Any]]:
    """Return the entries with their newest offer and the visit they have. Two queries."""
    newest = (
        SlotOffer.objects.filter(entry__in=entries)
        .select_related("freed__clinician")
        .order_by("entry_id", "-made_at")
        .distinct("entry_id")
    )
    offers = {offer.entry_id: offer for offer in newest}
    upcoming = Appointment.objects.upcoming(now).filter(patient__in=[entry.patient_id for entry in entries])
    visits = {(visit.patient_id, visit.type_id): visit for visit in upcoming.order_by("-starts_at")}
    return [
        {
            "entry": entry,
            "when": when_it_suits(entry.wish),
            "is_rung": bool(kept_from(entry.patient, None)),
            "offer": offers.get(entry.pk),
            "visit": visits.get((entry.patient_id, entry.type_id)),
        }
        for entry in entries
    ]


def _entry(user: User, public_id: UUID) -> WaitingEntry:
    found: WaitingEntry = get_object_or_404(
        WaitingEntry.objects.visible_to(user).select_related("patient", "location"), public_id=public_id
    )
    return found


def _offer(user: User, public_id: UUID) -> SlotOffer:
    found: SlotOffer = get_object_or_404(
        SlotOffer.objects.visible_to(user).select_related(
            "entry__patient", "entry__location", "entry__type", "freed__clinician"
        ),
        public_id=public_id,
    )
    return found
