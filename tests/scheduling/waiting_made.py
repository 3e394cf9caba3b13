"""People on the waiting list, and a visit that is given up, for the tests of the list."""

from datetime import date, datetime, timedelta
from typing import Any

from clinic.outbox.models import Letter
from patients.links import link_for
from patients.models import Patient
from scheduling import booking
from scheduling.models import Appointment, SlotOffer, WaitingEntry
from scheduling.waiting import answering, keeping, offering
from scheduling.wishes import Wish
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone

UNTIL = date(2027, 3, 31)


def waits(here: Clinic, name: str = "Bela", *, patient: Patient | None = None, **facts: Any) -> WaitingEntry:
    """Somebody who would come for a consultation any day of March."""
    days = {key: facts.pop(key) for key in ("first_on", "until_on", "weekdays", "opens", "closes") if key in facts}
    wish = Wish(**{"first_on": TUESDAY - timedelta(days=1), "until_on": UNTIL, **days})
    facts = {"kind": here.consultation, "by": here.desk, "now": NOW, **facts}
    return keeping.put_on(patient=patient or someone(name), wish=wish, **facts)


def given_up(here: Clinic, clock: str = "10:30", *, now: datetime = NOW, **facts: Any) -> Appointment:
    """A visit that was booked and is cancelled: its time is free."""
    visit = here.visit(clock, patient=someone("Zarna"), **facts)
    return booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=now)


def offered(here: Clinic, *names: str, now: datetime = NOW, **facts: Any) -> list[SlotOffer]:
    """What so many people are offered of a time that was given up, the longest wait first."""
    for name in names or ("Bela",):
        waits(here, name, **facts)
    given_up(here, now=now)
    offering.sweep(now)
    return list(SlotOffer.objects.select_related("entry__patient").order_by("entry__entered_at", "id"))


def token(offer: SlotOffer, *, now: datetime = NOW) -> str:
    """The token of the link in the letter."""
    return link_for(
        purpose=answering.PURPOSE, patient=offer.entry.patient, about=offer, now=now, expires_at=offer.expires_at
    )[1]


def again(offer: SlotOffer) -> SlotOffer:
    """The offer as it stands, with what its deeds read."""
    found: SlotOffer = SlotOffer.objects.select_related(
        "entry__patient", "entry__location", "entry__type", "freed__clinician"
    ).get(pk=offer.pk)
    return found


def letters() -> list[tuple[str, str]]:
    """Who is owed a letter of the list, and its state."""
    people = {person.public_id: person.given_name for person in Patient.objects.all()}
    rows = Letter.objects.of_kind(offering.LETTER).order_by("id").values_list("person_public_id", "state")
    return [(people[person], state) for person, state in rows]
