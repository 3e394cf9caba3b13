"""The patient's page of a freed time: take it, say no, or leave the list. Only a press counts."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.lib import clock
from patients.models import AccessLink
from patients.views.by_link import closed, link_page
from scheduling.errors import AlreadyBooked, Refusal
from scheduling.models import Appointment, EntryState, OfferState, SlotOffer
from scheduling.views import words_for_patients
from scheduling.views.booked import booked_page
from scheduling.waiting import answering, fitting, keeping

TAKE, DECLINE, LEAVE = "take", "decline", "leave"


@link_page(answering.PURPOSE, told=answering.what_happened)
def slot_offer(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show a time that came free; of all who were asked the first press takes it, the others are told kindly."""
    now = clock.now()
    offer = answering.offer_of(link)
    if offer is None:
        return closed(request)
    answer, refused = request.POST.get("answer", ""), ""
    if answer == TAKE:
        try:
            visit = answering.take(offer=offer, by=None, now=now, link=link)
            return booked_page(request, visit, now=now, patient=visit.patient)
        except Refusal as refusal:
            if isinstance(refusal, AlreadyBooked):  # the time is free still: nothing else on the page says why
                refused = words_for_patients.refusal(refusal, zone=offer.entry.location.zone)
            offer = answering.offer_of(link) or offer
    elif answer == DECLINE:
        answering.decline(offer=offer, by=None, now=now)
        offer = answering.offer_of(link) or offer
    elif answer == LEAVE:
        keeping.take_off(entry=offer.entry, by=None, now=now)
        offer = answering.offer_of(link) or offer
    free = answering.free_for(offer, now=now)
    how = "open" if free else _how_it_stands(offer)
    is_as_asked = (how == "open" and not refused) or (answer, how) in {(DECLINE, "declined"), (LEAVE, "left")}
    status = HTTPStatus.OK if is_as_asked else HTTPStatus.CONFLICT if answer else HTTPStatus.GONE
    return render(
        request,
        "scheduling/link_offer.html",
        {
            "offer": offer,
            "how": how,
            "refused": refused,
            "location": offer.entry.location,
            "zone": offer.entry.location.zone,
            "theirs": fitting.visit_they_have(offer.entry, now=now) if free else None,
        },
        status=status,
    )


def _how_it_stands(offer: SlotOffer) -> str:
    """Return why an offer cannot be taken: left, answered, declined, held by somebody this moment, or taken."""
    if offer.entry.state == EntryState.TAKEN_OFF:
        return "left"
    if offer.entry.state == EntryState.BOOKED:
        return "booked"
    if offer.state == OfferState.DECLINED:
        return "declined"
    booked = Appointment.objects.holding_their_time().touching(offer.starts_at, offer.ends_at)
    is_taken = offer.state != OfferState.OPEN or booked.filter(clinician=offer.freed.clinician_id).exists()
    return "taken" if is_taken else "held"
