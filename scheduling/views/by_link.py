"""The patient's own pages from a letter's link: choose a time, confirm one, read advice. Only a press counts."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.lib.days import day_of
from patients.models import AccessLink
from patients.views.by_link import closed, link_page
from scheduling import aftercare, by_link, confirming
from scheduling.errors import Refusal
from scheduling.forms import LinkBookForm, LinkConfirmForm
from scheduling.views import words_for_patients
from scheduling.views.free_times import DayOfTimes


@link_page("book", told=by_link.what_happened)
def book(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Offer the free times of the patient's own clinician; a press books one and uses the link up."""
    now = clock.now()
    offer = by_link.offer_of(link, now=now)
    if offer is None:
        return render(request, "scheduling/link_nothing.html", {"location": link.patient.location}, status=410)
    zone = offer.location.zone
    form = LinkBookForm(request.POST or None, offer=offer)
    refused = ""
    if request.method == "POST" and form.is_valid() and "confirm" not in request.POST:
        wanted = form.cleaned_data["wanted"]
        return render(
            request,
            "scheduling/link_confirm.html",
            {"slot": request.POST["slot"], "wanted": wanted, "zone": zone, "location": offer.location, "offer": offer},
        )
    if request.method == "POST" and form.is_valid():
        try:
            visit = by_link.book(link=link, offer=offer, slot=form.cleaned_data["wanted"], now=now)
        except Refusal as refusal:
            refused = words_for_patients.refusal(refusal, zone=zone)
            offer = by_link.offer_of(link, now=now) or offer
        else:
            return render(
                request,
                "scheduling/link_booked.html",
                {"visit": visit, "zone": zone, "location": offer.location, "patient": link.patient},
            )
    elif request.method == "POST":
        refused = _("Choose a time from the list.")
    days = [
        DayOfTimes(day, list(times))
        for day, times in groupby(offer.times, key=lambda free: free.starts_at.astimezone(zone).date())
    ]
    return render(
        request,
        "scheduling/link_book.html",
        {"offer": offer, "days": days, "zone": zone, "refused": refused, "location": offer.location, "form": form},
        status=409 if refused else 200,
    )


@link_page(confirming.PURPOSE)
def confirm(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show the visit; a press says that the patient comes to it as shown, and pressed again changes nothing."""
    now = clock.now()
    visit = confirming.visit_of(link, now=now)
    if visit is None:
        return render(request, "scheduling/link_no_visit.html", {"location": link.patient.location}, status=410)
    form, has_changed = LinkConfirmForm(request.POST or None), False
    if request.method == "POST":
        seen = form.cleaned_data["seen"] if form.is_valid() else -1
        has_changed = not confirming.confirm(visit=visit, seen_sequence=seen, now=now)
        visit = confirming.visit_of(link, now=now)
        if visit is None:
            return render(request, "scheduling/link_no_visit.html", {"location": link.patient.location}, status=410)
    return render(
        request,
        "scheduling/link_confirm_visit.html",
        {"visit": visit, "zone": visit.location.zone, "location": visit.location, "has_changed": has_changed},
        status=409 if has_changed else 200,
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
    }
    return render(request, "scheduling/link_aftercare.html", context)
