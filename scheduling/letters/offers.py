"""The letter of the waiting list: a time came free that would suit."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy

from clinic.outbox.links import Links
from clinic.outbox.registry import Later, Promise, Recipient, Rendered, Suppressed
from patients.letters import PatientLetter
from patients.links import link_for
from scheduling.letters.reminders import no_more
from scheduling.models import EntryState, OfferState, SlotOffer
from scheduling.waiting import answering, fitting, offering


class SlotOffered(PatientLetter):
    """A time came free. The patient asked to be told, so it counts towards no daily limit; it wakes nobody."""

    slug: ClassVar[str] = offering.LETTER
    title = gettext_lazy("A time came free")
    waits_for_the_morning = True

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While the offer is open, the patient waits, and nobody has the time."""
        offer = self._offer(promise)
        if offer.entry.state != EntryState.WAITING:
            return no_more(reason="waits_no_more")
        if offer.state != OfferState.OPEN or offer.expires_at <= now:
            return no_more(reason="offer_over")
        return None if answering.free_for(offer, now=now) else no_more(reason="time_taken")

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """When, with whom, where, and until when to answer: no word of what for."""
        offer = self._offer(promise)
        zone, entry = offer.entry.location.zone, offer.entry
        _link, token = link_for(
            purpose=answering.PURPOSE, patient=entry.patient, about=offer, now=now, expires_at=offer.expires_at
        )
        theirs = fitting.visit_they_have(entry, now=now)
        return self.write(
            self.patient(promise),
            {
                "starts": offer.starts_at.astimezone(zone).replace(tzinfo=None),
                "ends": offer.ends_at.astimezone(zone).replace(tzinfo=None),
                "until": offer.expires_at.astimezone(zone).replace(tzinfo=None),
                "clinician": offer.freed.clinician.full_name,
                "theirs": theirs.starts_at.astimezone(zone).replace(tzinfo=None) if theirs else None,
                "href": links.to("scheduling:slot_offer", token=token),
            },
        )

    def _offer(self, promise: Promise) -> SlotOffer:
        found: SlotOffer = SlotOffer.objects.select_related(
            "entry__patient", "entry__location", "entry__type", "freed__clinician"
        ).get(public_id=promise.about)
        return found
