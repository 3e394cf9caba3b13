"""A free time pressed on the calendar: who, then what for, and it is booked; who is new; and taken back."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from scheduling import booking
from scheduling.models import Appointment, AppointmentKind, AppointmentType
from tests.patients.making import client_of, typed
from tests.scheduling.made import NOW, Clinic, another_doctor, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def book_here(here: Clinic, at: str = "20270302T0500Z", **asked: Any) -> str:
    facts = {"place": here.location.public_id, "with": here.doctor.public_id} | asked
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in facts.items())
    return f"{reverse('scheduling:book_here', args=[at])}?{query}"


def kind_of(words: str, name: str) -> str:
    """What one type of visit says, its marks left out."""
    found = re.search(rf"<span class=\"choice\">(?:(?!</span>).)*<b>{name}</b>.*?</span>", words, re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", "", found[0]).split())


def test_a_free_time_is_booked_in_two_steps(here: Clinic, desk: Client) -> None:
    patient = someone("Farida")
    found = desk.get(book_here(here, q="Farida")).content.decode()
    step = re.search(r'data-hit href="([^"]+)"', found)
    assert step is not None
    address = step[1].replace("&amp;", "&")
    words = desk.get(address).content.decode()
    assert kind_of(words, "Consultation") == "Consultation 30 min, until 11:00, Room 1"
    press = {"pressed": str(uuid4()), "type": here.consultation.public_id, "reason": "Brings her scans"}
    answers = [desk.post(address, press) for _twice in range(2)]
    visit = Appointment.objects.get(patient=patient)
    assert (visit.starts_at, visit.room, visit.reason) == (here.at("10:30"), here.rooms[0], "Brings her scans")
    (way,) = {answer["Location"] for answer in answers}
    assert way == f"/calendar/?day=2027-03-02&place={here.location.public_id}&booked={visit.public_id}"
    assert "booked for Tue 2 Mar 2027, 10:30" in desk.get(way).content.decode()


def test_the_same_press_after_the_visit_was_cancelled_says_so_and_the_next_is_a_new_one(
    here: Clinic, desk: Client
) -> None:
    address = book_here(here, patient=someone().public_id)
    pressed = str(uuid4())
    press: dict[str, Any] = {"pressed": pressed, "type": here.consultation.public_id}
    desk.post(address, press)
    visit = Appointment.objects.get()
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    again = desk.post(address, press)
    assert (again.status_code, "was cancelled" in again.content.decode()) == (409, True)
    assert pressed not in again.content.decode()
    other = desk.post(address, press | {"type": here.injection.public_id})
    assert (other.status_code, Appointment.objects.count()) == (422, 1)


def test_a_type_that_does_not_fit_says_why(here: Clinic, desk: Client) -> None:
    here.visit("11:00")
    AppointmentType.objects.create(name="Talk", public_name="Visit", kind=AppointmentKind.REVIEW, minutes=15)
    words = desk.get(book_here(here, patient=someone().public_id)).content.decode()
    assert kind_of(words, "Consultation") == "Consultation 30 min do not fit here"  # 15 more to tidy up
    assert kind_of(words, "Injection") == "Injection 30 min, until 11:00, Room 1"
    assert kind_of(words, "Talk") == "Talk 15 min, until 10:45, Room 1"


def test_a_time_taken_meanwhile_is_refused_and_keeps_what_was_typed(here: Clinic, desk: Client) -> None:
    patient = someone()
    here.visit("10:30")
    press = {"pressed": str(uuid4()), "type": here.consultation.public_id, "reason": "Brings her scans"}
    answer = desk.post(book_here(here, patient=patient.public_id), press)
    assert answer.status_code == 409
    assert "Not booked" in answer.content.decode()
    assert not Appointment.objects.filter(patient=patient).exists()


def test_a_press_without_a_type_is_told_so(here: Clinic, desk: Client) -> None:
    answer = desk.post(book_here(here, patient=someone().public_id), {"pressed": str(uuid4()), "type": ""})
    assert (answer.status_code, "Choose what the visit is for." in answer.content.decode()) == (422, True)


def test_in_a_room_whoever_is_free_takes_the_visit(here: Clinic, desk: Client) -> None:
    other = another_doctor(here, "Dr Zarina Iyer")
    here.visit("10:30")  # of Dr Meera Solanki, in the first room
    patient = someone()
    address = book_here(here, patient=patient.public_id, room=here.rooms[1].public_id, **{"with": ""})
    desk.post(address, {"pressed": str(uuid4()), "type": here.consultation.public_id})
    visit = Appointment.objects.get(patient=patient)
    assert (visit.clinician, visit.room) == (other, here.rooms[1])


@pytest.mark.parametrize("at", ["nonsense", "20270302T2561Z", "00010101T0000Z", "99991231T0000Z"])
def test_a_time_nobody_can_press_has_no_page(here: Clinic, desk: Client, at: str) -> None:
    assert desk.get(book_here(here, at)).status_code == 404


def test_the_way_back_is_the_calendars_own_or_none(here: Clinic, desk: Client) -> None:
    for back, leads in (("/calendar/week/?day=2027-03-02", True), ("https://evil.example/", False)):
        press = {"pressed": str(uuid4()), "type": here.injection.public_id}
        at = "20270302T1130Z" if leads else "20270302T1230Z"
        answer = desk.post(book_here(here, at, patient=someone().public_id, back=back), press)
        assert answer["Location"].startswith(f"{back}&booked=") is leads


def test_who_is_not_found_is_registered_and_booked_at_the_time_that_was_pressed(here: Clinic, desk: Client) -> None:
    found = desk.get(book_here(here, q="Farida Shaikh")).content.decode()
    assert "Nobody found" in found
    (way,) = re.findall(r'href="(/patients/new/[^"]*)"', found)
    form = desk.get(unescape(way)).context
    sent = typed(given_name="Farida", family_name="Shaikh", then="book", to=form["to"])
    assert (form["form"]["given_name"].value(), form["form"]["family_name"].value()) == ("Farida", "Shaikh")
    answer = desk.post("/patients/new/", sent, follow=True)
    assert "Farida Shaikh" in answer.content.decode()
    assert "Book 10:30" in answer.content.decode()


@pytest.mark.parametrize(
    "to", ["https://example.org/book/?a=b", "//example.org/book/?a=b", "/?a=b", "/book/", "/book/?\n"]
)
def test_nobody_is_led_on_from_a_registration_to_anything_but_booking(desk: Client, to: str) -> None:
    assert desk.get("/patients/new/", {"to": to}).context["to"] == ""


@pytest.mark.parametrize("way", ["/calendar/?day=2027-03-02&by=rooms", "/calendar/week/?day=2027-03-02", "/waiting/"])
def test_a_booking_taken_back_leads_to_where_the_button_stood(here: Clinic, desk: Client, way: str) -> None:
    visit = here.visit("10:30")
    take_back = reverse("scheduling:undo_booking", args=[visit.public_id])
    answer = desk.post(take_back, headers={"Referer": f"http://testserver{way}"})
    assert answer["Location"].removeprefix("http://testserver") == way


def test_a_booking_taken_back_from_its_own_page_or_from_none_leads_to_booking_it_otherwise(
    here: Clinic, desk: Client
) -> None:
    for came_from in ("", "http://testserver/visits/%s/"):
        visit = here.visit("10:30")
        take_back = reverse("scheduling:undo_booking", args=[visit.public_id])
        headers = {"Referer": came_from % visit.public_id} if came_from else {}
        answer = desk.post(take_back, headers=headers)
        assert answer["Location"].startswith(f"/book/?patient={visit.patient.public_id}&type=")
