"""The patient's own pages from a letter's link: choose a time, confirm one, read advice. Only a press counts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.lib import clock
from clinic.lib.days import day_of
from patients.models import AccessLink
from patients.views.by_link import closed, link_page
from scheduling import aftercare, by_link, confirming
from scheduling.booking import Slot
from scheduling.errors import BeingChanged
from scheduling.forms import LinkConfirmForm
from scheduling.models import HeldTime
from scheduling.views import words_for_patients
from scheduling.views.booked import booked_page
from scheduling.views.link_choice import choice
from treatments import leaflets


@link_page("book", told=by_link.what_happened)
def book(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Offer the free times of the patient's own clinician; a press keeps one, the next books it."""
    now = clock.now()
    offer = by_link.offer_of(link, now=now, who=request.GET.get("who", ""))
    if offer is None:
        return render(request, "scheduling/link_nothing.html", {"location": link.patient.location}, status=410)

    def take(slot: Slot, held: HeldTime | None) -> HttpResponse:
        visit = by_link.book(link=link, offer=offer, slot=slot, now=now, held=held)
        return booked_page(request, visit, now=now)

    more = {"clinician": offer.clinician, "is_of_anyone": offer.is_of_anyone}
    return choice(request, link, offer.offering, take, now=now, more=more)


@link_page(confirming.PURPOSE)
def confirm(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show the visit; a press says that the patient comes to it as shown, and pressed again changes nothing."""
    now = clock.now()
    visit = confirming.visit_of(link, now=now)
    if visit is None:
        return render(request, "scheduling/link_no_visit.html", {"location": link.patient.location}, status=410)
    form, has_changed, refused = LinkConfirmForm(request.POST or None), False, ""
    if request.method == "POST":
        seen = form.cleaned_data["seen"] if form.is_valid() else -1
        try:
            has_changed = not confirming.confirm(visit=visit, seen_sequence=seen, now=now)
        except BeingChanged as busy:
            refused = words_for_patients.refusal(busy, zone=visit.location.zone)
        visit = confirming.visit_of(link, now=now)
        if visit is None:
            return render(request, "scheduling/link_no_visit.html", {"location": link.patient.location}, status=410)
    told = {"has_changed": has_changed, "refused": refused}
    return render(
        request,
        "scheduling/link_confirm_visit.html",
        {"visit": visit, "zone": visit.location.zone, "location": visit.location, **told},
        status=409 if has_changed or refused else 200,
    )


@link_page(aftercare.PURPOSE)
def advice(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show what to mind after a session, to read, to keep and to print."""
    session = aftercare.session_of(link)
    if session is None:
        return closed(request)
    context = {
        "advice": aftercare.advice_of(session),
        "location": session.location,
        "until": day_of(link.expires_at, session.location.zone),
        "read_href": leaflets.way_to(leaflets.AFTERWARDS, session.location),
    }
    return render(request, "scheduling/link_aftercare.html", context)
