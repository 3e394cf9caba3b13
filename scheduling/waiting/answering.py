"""The answer to an offer: the one press that takes the time, a no, and what is told to who came second.

The calendar's own constraints decide who has the time; an offer keeps nothing.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.links import use_link
from patients.models import AccessLink
from scheduling import booking
from scheduling.availability import FreeTime
from scheduling.booking import Slot
from scheduling.errors import OfferEnded, SlotTaken
from scheduling.models import Appointment, EntryState, OfferState, SlotOffer
from scheduling.waiting import fitting

PURPOSE: Final = "slot-offer"
BY_LINK: Final = "patient link"


def offer_of(link: AccessLink) -> SlotOffer | None:
    """Return the offer a link is about, or None where it is another's."""
    found: SlotOffer | None = (
        SlotOffer.objects.filter(public_id=link.about_public_id, entry__patient=link.patient_id)
        .select_related(
            "entry__patient", "entry__location", "entry__type", "entry__visit__location", "freed__clinician"
        )
        .first()
    )
    return found


def free_for(offer: SlotOffer, *, now: datetime) -> FreeTime | None:
    """Return the time of an offer with its room if it can be had this moment, or None."""
    if not _may_be_answered(offer, now=now):
        return None
    free = fitting.starts_for(offer.entry, offer.freed, now=now)
    return next((one for one in free if one.starts_at == offer.starts_at), None)


def take(*, offer: SlotOffer, by: User | None, now: datetime, link: AccessLink | None = None) -> Appointment:
    """Book the time of an offer, or move the visit the patient has to it; the link is used up with it.

    Of many presses one wins: the visit's row decides. The entry ends with it; if another booking ended the entry this
    very moment, nothing is booked twice.

    Raises:
        OfferEnded: it was answered, given to somebody else, or its time to answer is over.
        LinkUsed, and the refusals of `booking.book` and `booking.move`.

    """
    with transaction.atomic():
        if link is not None:
            use_link(link, now=now)  # first: its row makes two presses wait in line
        entry = offer.entry
        theirs = fitting.visit_they_have(entry, now=now)
        offer.refresh_from_db(fields=["state"])
        entry.refresh_from_db(fields=["state"])  # after that visit was read: one booked this moment ends the entry
        if not _may_be_answered(offer, now=now):
            raise OfferEnded(OfferState(offer.state))
        free = free_for(offer, now=now)
        if free is None:
            raise SlotTaken("clinician", offer.starts_at)
        slot = Slot(
            clinician=free.clinician, location=entry.location, room=free.room, type=entry.type,
            starts_at=free.starts_at,
        )  # fmt: skip
        if theirs is None:
            visit = booking.book(patient=entry.patient, slot=slot, by=by, now=now)
        else:
            visit = booking.move(appointment=theirs, slot=slot, seen_version=theirs.version, by=by, now=now)
        entry.refresh_from_db(fields=["state", "visit"])
        if entry.visit_id != visit.pk:
            raise OfferEnded(OfferState.GONE)
        record(
            by=by, actor="" if by else BY_LINK, verb="waiting.taken", thing=offer, patient=entry.patient,
            detail={"moved": theirs is not None},
        )  # fmt: skip
    return visit


def decline(*, offer: SlotOffer, by: User | None, now: datetime) -> bool:
    """Note that this time does not suit: the patient stays on the list. Returns whether it was open still."""
    with transaction.atomic():
        won = SlotOffer.objects.open().filter(pk=offer.pk).update(state=OfferState.DECLINED, ended_at=now)
        if won:
            record(
                by=by, actor="" if by else BY_LINK, verb="waiting.declined", thing=offer, patient=offer.entry.patient
            )
    return bool(won)


def _may_be_answered(offer: SlotOffer, *, now: datetime) -> bool:
    return offer.state == OfferState.OPEN and offer.entry.state == EntryState.WAITING and offer.expires_at > now


def what_happened(link: AccessLink, because: str, now: datetime) -> str:  # noqa: ARG001 - the shape of a link's page
    """Say what became of an offer whose link opens no more: whoever holds it reads this, so no time and no name."""
    offer = offer_of(link)
    if offer is None:
        return ""
    if because == "used" and offer.state == OfferState.TAKEN:
        visit = offer.entry.visit
        if visit is None:
            return _("The visit that was booked is over, or was cancelled.")
        day = date_format(visit.starts_at.astimezone(visit.location.zone), "l j F Y")
        return _("You booked a visit with it: it is on %(day)s. The e-mail about it says at what time.") % {"day": day}
    if because == "expired" and offer.entry.state == EntryState.WAITING:
        day = date_format(day_of(link.expires_at, offer.entry.location.zone), "DATE_FORMAT")
        return _("It worked until %(day)s. You are still on our list: we write again when a time comes free.") % {
            "day": day
        }
    return ""
