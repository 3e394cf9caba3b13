"""A freed time pressed by all who were asked, at once: one has it. Without the calendar's constraints several do."""

from collections import Counter
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from scheduling import booking
from scheduling.errors import SlotTaken
from scheduling.models import Appointment, SlotOffer, WaitingEntry
from scheduling.waiting import offering
from tests.outbox.owner import as_owner, execute
from tests.scheduling.made import NOW, Clinic, someone
from tests.scheduling.test_races import at_once
from tests.scheduling.waiting_made import given_up, offered, token, waits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_ten")]
ASKED = 16


def press(url: str) -> int:
    """One patient's press; returns the status of the answer."""
    return Client(raise_request_exception=False).post(url, {"answer": "take"}).status_code


def all_press(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Everybody who was asked presses at the same moment."""
    monkeypatch.setattr(offering, "AT_ONCE", ASKED)
    offers = offered(here, *[f"Person{number}" for number in range(ASKED)])
    assert len(offers) == ASKED
    urls = [reverse("scheduling:slot_offer", args=[token(offer)]) for offer in offers]
    return Counter(at_once([partial(press, url) for url in urls]))


def test_of_all_who_were_asked_one_has_the_time(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = all_press(here, monkeypatch)
    assert answers == {200: 1, 409: ASKED - 1}
    assert Appointment.objects.upcoming(NOW).count() == 1
    assert WaitingEntry.objects.waiting().count() == ASKED - 1
    assert list(SlotOffer.objects.filter(state="taken").values_list("entry__state", flat=True)) == ["booked"]


def test_without_the_constraints_several_have_it(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_owner():
        for name in ("appointment_clinician_free", "appointment_room_free"):
            execute(f"ALTER TABLE scheduling_appointment DROP CONSTRAINT {name}")
    assert all_press(here, monkeypatch)[200] > 1


def test_two_offers_of_one_patient_and_the_desk_book_one_visit(here: Clinic) -> None:
    """A second booking that answers the same entry takes nothing of the offer: its press is undone whole."""
    (offer,) = offered(here)
    url = reverse("scheduling:slot_offer", args=[token(offer)])
    patient = Patient.objects.get(pk=offer.entry.patient_id)

    def at_the_desk() -> str:
        booking.book(patient=patient, slot=here.slot("17:00"), by=here.desk, now=NOW)
        return "desk"

    answers = at_once([partial(press, url), at_the_desk])
    visits = Appointment.objects.upcoming(NOW).filter(patient=patient).count()
    entry = WaitingEntry.objects.get(pk=offer.entry_id)
    assert entry.state == "booked"
    assert (answers[0], visits) in {(409, 1), (200, 2)}  # the desk was quicker; or it books a second one knowingly


def test_sweeps_at_one_moment_ask_each_once(here: Clinic) -> None:
    for number in range(3):
        waits(here, f"Person{number}")
    given_up(here)
    at_once([partial(offering.sweep, NOW) for _number in range(4)])
    assert SlotOffer.objects.count() == 3


def test_one_press_doubled_is_one_visit(here: Clinic) -> None:
    (offer,) = offered(here)
    url = reverse("scheduling:slot_offer", args=[token(offer)])
    answers = Counter(at_once([partial(press, url) for _number in range(8)]))
    assert answers[200] == 1
    assert set(answers) <= {200, 409, 410}
    assert Appointment.objects.upcoming(NOW).count() == 1


def test_a_press_beside_the_desks_booking_of_that_time_has_one_winner(here: Clinic) -> None:
    (offer,) = offered(here)
    url, other = reverse("scheduling:slot_offer", args=[token(offer)]), someone("Quick")

    def at_the_desk() -> int:
        try:
            booking.book(patient=other, slot=here.slot("10:30"), by=here.desk, now=NOW)
        except SlotTaken:
            return 409
        return 200

    assert sorted(at_once([partial(press, url), at_the_desk])) == [200, 409]
    assert Appointment.objects.upcoming(NOW).count() == 1
