"""F19. One press is one visit: repeated, with other words, after the visit moved or was cancelled."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from scheduling import booking
from scheduling.errors import BookedAndCancelled, EditedMeanwhile, PressedForSomethingElse, SlotTaken
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, another_doctor, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
PRESSED = "0d9e1b1c-3b1f-4c53-9a4f-000000000065"


@pytest.fixture
def patient() -> Patient:
    return someone()


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def press(desk: Client, here: Clinic, patient: Patient, clock: str = "10:30", **more: str) -> Any:
    """The booking button."""
    slot = f"{here.at(clock).isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    form = {"pressed": PRESSED, "type": str(here.consultation.public_id), "slot": slot}
    return desk.post(f"{reverse('scheduling:book')}?patient={patient.public_id}", form | more)


@pytest.mark.parametrize("changed", [{"reason": "Brings her scans"}, {"clock": "11:30"}, {"room": None}])
def test_same_press_that_asks_for_something_else_is_refused_with_what_it_booked(
    here: Clinic, patient: Patient, changed: dict[str, Any]
) -> None:
    visit = here.visit("10:30", patient=patient, pressed=PRESSED)
    with pytest.raises(PressedForSomethingElse) as refusal:
        here.visit(changed.pop("clock", "10:30"), patient=patient, pressed=PRESSED, **changed)
    assert refusal.value.earlier == visit


def test_same_press_after_the_visit_moved_leads_to_the_visit_where_it_stands(
    here: Clinic, desk: Client, patient: Patient
) -> None:
    first = press(desk, here, patient)
    visit = Appointment.objects.get()
    booking.move(appointment=visit, slot=here.slot("11:30"), seen_version=1, by=here.desk, now=NOW)
    again = press(desk, here, patient)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Appointment.objects.get().starts_at == here.at("11:30")


def test_same_press_after_the_visit_was_cancelled_does_not_say_booked(here: Clinic, patient: Patient) -> None:
    visit = here.visit("10:30", patient=patient, pressed=PRESSED)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    with pytest.raises(BookedAndCancelled):
        here.visit("10:30", patient=patient, pressed=PRESSED)


def test_page_gone_back_to_keeps_what_is_typed_and_its_next_press_is_a_new_one(
    here: Clinic, desk: Client, patient: Patient
) -> None:
    press(desk, here, patient)
    changed = press(desk, here, patient, clock="11:30", reason="Brings her scans")
    text = changed.content.decode()
    assert changed.status_code == 422
    assert "This page has booked a visit already, on Tue 2 Mar 2027, 10:30" in text
    assert 'value="Brings her scans"' in text
    fresh = re.search(r'name="pressed" value="([^"]+)"', text)
    assert fresh
    assert fresh[1] != PRESSED
    once_more = press(desk, here, patient, clock="11:30", reason="Brings her scans", pressed=fresh[1])
    assert once_more.status_code == 302
    assert Appointment.objects.count() == 2


def test_page_gone_back_to_after_a_booking_was_taken_back_books_anew(
    here: Clinic, desk: Client, patient: Patient
) -> None:
    press(desk, here, patient)
    desk.post(reverse("scheduling:undo_booking", args=[Appointment.objects.get().public_id]))
    refused = press(desk, here, patient)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert "that visit was cancelled since" in text
    fresh = re.search(r'name="pressed" value="([^"]+)"', text)
    assert fresh
    assert press(desk, here, patient, pressed=fresh[1]).status_code == 302
    assert Appointment.objects.holding_their_time().count() == 1


def test_move_pressed_twice_is_one_move_and_one_answer(here: Clinic, desk: Client, patient: Patient) -> None:
    visit = here.visit("10:30", patient=patient)
    slot = f"{here.at('11:30').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    form = {"pressed": PRESSED, "type": here.consultation.public_id, "slot": slot, "version": "1"}
    url = reverse("scheduling:move", args=[visit.public_id])
    first, second = desk.post(url, form), desk.post(url, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    visit.refresh_from_db()
    assert (visit.starts_at, visit.sequence, visit.version) == (here.at("11:30"), 1, 2)


def test_move_from_a_page_of_before_goes_nowhere_else(here: Clinic, patient: Patient) -> None:
    visit = here.visit("10:30", patient=patient)
    booking.move(appointment=visit, slot=here.slot("11:30"), seen_version=1, by=here.desk, now=NOW)
    with pytest.raises(EditedMeanwhile):
        booking.move(appointment=visit, slot=here.slot("12:00"), seen_version=1, by=here.desk, now=NOW)


def test_who_was_missed_and_comes_after_all_is_refused_kindly_where_the_time_is_used(
    here: Clinic, time_machine: Any
) -> None:
    """Missed at 10:30, and at 10:45 somebody else was booked: at ten to eleven the first one comes in."""
    missed = here.visit("10:30")
    booking.mark_no_show(appointment=missed, by=here.desk, now=here.at("10:35"))
    here.visit("10:45", now=here.at("10:40"))
    time_machine.move_to(here.at("10:50"), tick=False)
    with pytest.raises(SlotTaken):
        booking.check_in(appointment=missed, by=here.desk, now=here.at("10:50"))
    arrived = reverse("scheduling:step", args=[missed.public_id, "arrived"])
    answer = client_of(here.desk).post(arrived, follow=True)
    assert "has just been taken" in answer.content.decode()
    missed.refresh_from_db()
    assert missed.state == "no_show"


def test_who_was_missed_and_comes_after_all_is_checked_in_where_nobody_took_the_time(here: Clinic) -> None:
    missed = here.visit("10:30")
    booking.mark_no_show(appointment=missed, by=here.desk, now=here.at("10:35"))
    here.visit("10:45", clinician=another_doctor(here), room=here.rooms[1], now=here.at("10:40"))
    assert booking.check_in(appointment=missed, by=here.desk, now=here.at("10:50")).state == "arrived"
