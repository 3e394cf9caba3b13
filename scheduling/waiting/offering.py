"""Each minute: what came free is offered to who waits longest and could come; what is over is ended.

Deeds write rows, this finds them: whatever freed a time, or held it for ten minutes and let it go, is seen here.
"""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.lib.db import violated
from clinic.outbox import deeds as outbox
from patients.reminders import kept_from
from scheduling.models import Appointment, EntryState, FreedTime, OfferState, SlotOffer, WaitingEntry
from scheduling.waiting import fitting

LETTER: Final = "slot_offered"
AT_ONCE: Final = 5
"""So many people are asked at a time; the next ones when these said no or nothing."""
ENTRIES_A_ROUND: Final = 500


def sweep(now: datetime) -> int:
    """Offer the freed times to who waits; return how many letters that owes.

    Who cannot come by day, place or clinician costs no question: the calendar is asked of the others alone.
    """
    end_what_is_over(now=now)
    waiting = list(
        WaitingEntry.objects.waiting()
        .filter(type__is_active=True)
        .exclude(Exists(SlotOffer.objects.open().filter(entry=OuterRef("pk"))))
        .select_related("patient__location", "location", "type")[:ENTRIES_A_ROUND]
    )
    if not waiting:
        return 0
    places = {entry.location_id for entry in waiting}
    times = FreedTime.objects.open().filter(location__in=places, clinician__is_active=True)
    asked = set(SlotOffer.objects.filter(freed__in=times).values_list("freed_id", "entry_id"))
    owed = 0
    for freed in times:
        could = [one for one in waiting if (freed.pk, one.pk) not in asked and fitting.could_have(one, freed, now=now)]
        made = _offer(freed.pk, could, now=now) if could else []
        owed += sum(not kept_from(offer.patient, None) for offer in made)
        have = {offer.entry_id for offer in made}
        waiting = [entry for entry in waiting if entry.pk not in have]
    return owed


def end_what_is_over(*, now: datetime) -> None:
    """End the offers nobody answered in time, those whose time somebody has, and entries past their last day."""
    FreedTime.objects.open().filter(starts_at__lte=now).update(closed_at=now)
    again = Appointment.objects.holding_their_time().filter(
        clinician=OuterRef("clinician"), starts_at__lt=OuterRef("ends_at"), occupied_until__gt=OuterRef("starts_at")
    )
    FreedTime.objects.open().filter(Exists(again)).update(closed_at=now)
    offers = SlotOffer.objects.open()
    offers.filter(expires_at__lte=now).update(state=OfferState.LAPSED, ended_at=now)
    offers.filter(freed__closed_at__isnull=False).update(state=OfferState.GONE, ended_at=now)
    for entry in WaitingEntry.objects.waiting().filter(until_on__lte=now.date()).select_related("location"):
        if entry.until_on < day_of(now, entry.location.zone):
            offers.filter(entry=entry).update(state=OfferState.GONE, ended_at=now)
            WaitingEntry.objects.waiting().filter(pk=entry.pk).update(state=EntryState.OVER, ended_at=now)


def _offer(pk: int, could: list[WaitingEntry], *, now: datetime) -> list[SlotOffer]:
    """Offer one freed time to the next people, as many as may be asked at once. Two sweeps at one moment ask once."""
    made: list[SlotOffer] = []
    with transaction.atomic():
        locked = FreedTime.objects.open().select_for_update(of=("self",), skip_locked=True)
        freed = locked.select_related("clinician").filter(pk=pk).first()
        if freed is None:
            return made
        room = AT_ONCE - SlotOffer.objects.open().filter(freed=freed).count()
        is_free: dict[int, bool] = {}
        for entry in could:
            if len(made) >= room:
                break
            if entry.type_id not in is_free:
                is_free[entry.type_id] = fitting.is_free_for_anyone(entry, freed, now=now)
            offer = _offer_to(entry, freed, now=now) if is_free[entry.type_id] else None
            if offer is not None:
                made.append(offer)
    return made


def _offer_to(entry: WaitingEntry, freed: FreedTime, *, now: datetime) -> SlotOffer | None:
    starts = fitting.starts_for(entry, freed, now=now)
    until = fitting.answer_by(entry, starts[0].starts_at, now=now) if starts else None
    held = WaitingEntry.objects.waiting().select_for_update(skip_locked=True).filter(pk=entry.pk)
    if until is None or held.first() is None:  # booked or taken off this very moment
        return None
    try:
        with transaction.atomic():
            offer: SlotOffer = SlotOffer.objects.create(
                entry=entry, freed=freed, starts_at=starts[0].starts_at, made_at=now, expires_at=until
            )
    except IntegrityError as error:
        if violated(error) in {"offer_once_to_each", "offer_one_open_an_entry"}:
            return None
        raise
    if not kept_from(entry.patient, None):  # who has no address is rung: the list says so
        outbox.owe(LETTER, about=offer, person=entry.patient, due_at=now, not_after=until)
    record(by=None, actor="system", verb="waiting.offered", thing=offer, patient=entry.patient)
    return offer
