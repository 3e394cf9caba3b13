"""The patient's own pages: choose a time from a letter's link. GET shows, only the press of a button books."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic.lib import clock
from patients.models import AccessLink
from patients.views.by_link import link_page
from scheduling import by_link
from scheduling.errors import Refusal
from scheduling.forms import LinkBookForm
from scheduling.views import words
from scheduling.views.booking import DayOfTimes


@link_page("book")
def book(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Offer the free times of the patient's own clinician; a press books one and uses the link up."""
    now = clock.now()
    offer = by_link.offer_of(link, now=now)
    if offer is None:
        return render(
            request,
            "scheduling/link_nothing.html",
            {"patient": link.patient, "location": link.patient.location},
            status=410,
        )
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
            refused = words.refusal(refusal, zone=zone)
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
