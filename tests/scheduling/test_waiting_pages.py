"""The pages of the waiting list: the desk's, and the patient's from the letter."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry as Line
from clinic.staff.models import Role
from patients.closing import make_confidential
from scheduling import booking
from scheduling.models import Appointment, SlotOffer, WaitingEntry
from scheduling.views.waiting_words import when_it_suits
from scheduling.waiting import offering
from tests.patients.making import client_of, member, place
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone
from tests.scheduling.waiting_made import given_up, offered, token, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
LIST = "/waiting/"


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def said(answer: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", answer.content.decode())


def typed(here: Clinic, **more: str) -> dict[str, Any]:
    """What the desk types."""
    return {
        "type": str(here.consultation.public_id), "clinician": "", "first_on": "2027-03-01", "until_on": "2027-03-31",
        "opens": "", "closes": "", "note": "", **more,
    }  # fmt: skip


def put_on(desk: Client, here: Clinic, patient: Any, **more: Any) -> Any:
    return desk.post(reverse("scheduling:waiting_new", args=[patient.public_id]), typed(here) | more)


def opened(offer: SlotOffer) -> str:
    """The address in the letter."""
    return reverse("scheduling:slot_offer", args=[token(offer)])


def test_the_desk_puts_somebody_on_the_list_and_takes_it_back(desk: Client, here: Clinic) -> None:
    patient = someone("Bela")
    answer = put_on(desk, here, patient, weekdays=["1", "3"], opens="10:00", closes="13:00", note="Works nights")
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    entry = WaitingEntry.objects.get()
    assert (entry.patient, entry.location, entry.clinician, entry.weekdays) == (patient, here.location, None, [1, 3])
    page = said(desk.get(LIST))
    assert "Bela Rao 0" in page
    assert "Tue, Thu, 10:00 to 13:00" in page
    assert "Works nights" in page
    assert "Nothing came free yet" in page
    undo = reverse("scheduling:waiting_take_off", args=[entry.public_id])
    assert "Off the list: Bela" in said(desk.post(undo, follow=True))
    back = reverse("scheduling:waiting_put_back", args=[entry.public_id])
    assert "Waits again: Bela" in said(desk.post(back, follow=True))
    assert "Nothing was changed" in said(desk.post(back, follow=True))
    verbs = Line.objects.filter(thing_type="scheduling.waitingentry").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["waiting.put_on", "waiting.taken_off", "waiting.put_back"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"until_on": "2027-02-27", "first_on": "2027-02-01"}, "is still to come"),
        ({"until_on": "2027-03-02", "first_on": "2027-03-09"}, "comes after the first"),
        ({"until_on": "2029-03-02"}, "Choose a day within a year."),
        ({"opens": "13:00", "closes": "10:00"}, "The visit is over later than it begins."),
        ({"weekdays": ["9"]}, "Select a valid choice."),
        ({"type": str(UUID(int=7))}, "Select a valid choice."),
        ({"first_on": ""}, "This field is required."),
        ({"note": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_wrong_entry_is_told_beside_its_field_and_nothing_typed_is_lost(
    desk: Client, here: Clinic, wrong: dict[str, Any], words: str
) -> None:
    answer = put_on(desk, here, someone(), **{"note": "Kept as typed", **wrong})
    assert answer.status_code == 422
    page = said(answer)
    assert words in page
    assert wrong.get("note", "Kept as typed") in page
    assert not WaitingEntry.objects.exists()


def test_a_second_entry_for_a_type_is_refused_kindly(desk: Client, here: Clinic) -> None:
    entry = waits(here)
    answer = put_on(desk, here, entry.patient)
    assert answer.status_code == 409
    assert "on the waiting list for this already" in said(answer)


def test_the_booking_page_leads_to_the_list_with_what_was_asked_for(desk: Client, here: Clinic) -> None:
    patient = someone()
    page = desk.get(f"/book/?patient={patient.public_id}&type={here.consultation.public_id}").content.decode()
    (href,) = re.findall(r'href="([^"]*/waiting/new/[^"]*)"', page)
    form = desk.get(href.replace("&amp;", "&")).content.decode()
    assert re.search(rf'<option value="{here.consultation.public_id}" selected', form)


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(
    desk: Client, here: Clinic, people: int, django_assert_num_queries: Any
) -> None:
    offered(here, *[f"Person{number}" for number in range(people)])
    desk.get(LIST)
    with django_assert_num_queries(11):
        desk.get(LIST)


def test_whom_no_letter_reaches_stands_first_to_ring_and_a_yes_books_it(desk: Client, here: Clinic) -> None:
    waits(here, patient=someone("Ela", email="", has_no_email=True, phone="98765 00111"))
    given_up(here)
    offering.sweep(NOW)
    page = said(desk.get(LIST))
    assert "Ring: a time came free" in page
    assert "98765 00111" in page
    offer = SlotOffer.objects.get()
    booked = desk.post(reverse("scheduling:waiting_take", args=[offer.public_id]), follow=True)
    assert "booked for Tue 2 Mar 2027, 10:30" in said(booked)
    assert Appointment.objects.upcoming(NOW).get().booked_by == here.desk
    late = desk.post(reverse("scheduling:waiting_take", args=[offer.public_id]), follow=True)
    assert "This offer is over" in said(late)
    (undo,) = re.findall(r'action="([^"]*/take-back/)"', said(booked))
    desk.post(undo)
    assert WaitingEntry.objects.waiting().count() == 1


def test_a_yes_in_place_of_a_later_visit_can_be_put_back(desk: Client, here: Clinic) -> None:
    ela = someone("Ela", email="", has_no_email=True)
    later = here.visit("17:00", patient=ela, day=TUESDAY + timedelta(days=8))
    waits(here, patient=ela)
    given_up(here)
    offering.sweep(NOW)
    booked = desk.post(reverse("scheduling:waiting_take", args=[SlotOffer.objects.get().public_id]), follow=True)
    (undo,) = re.findall(r'action="([^"]*/put-back/\d+/)"', said(booked))
    desk.post(undo)
    back = Appointment.objects.get(pk=later.pk)
    assert (back.starts_at, WaitingEntry.objects.waiting().count()) == (later.starts_at, 1)


def test_todays_board_says_whom_to_ring_and_the_chart_who_waits(desk: Client, here: Clinic) -> None:
    ela = someone("Ela", email="", has_no_email=True)
    waits(here, patient=ela)
    given_up(here)
    assert "Ring: a time came free" not in said(desk.get("/"))
    offering.sweep(NOW)
    assert "Ring: a time came free" in said(desk.get("/"))
    chart = said(desk.get(reverse("scheduling:patient_visits", args=[ela.public_id])))
    assert "On the waiting list" in chart
    assert "until 31 Mar 2027" in chart


def test_a_visit_leads_to_the_list_for_who_would_come_sooner(desk: Client, here: Clinic) -> None:
    visit = here.visit("17:00", patient=someone("Bela"))
    page = desk.get(reverse("scheduling:appointment", args=[visit.public_id])).content.decode()
    assert f"/patients/{visit.patient.public_id}/waiting/new/?type={here.consultation.public_id}" in page


def test_a_no_on_the_phone_keeps_the_patient_on_the_list(desk: Client, here: Clinic) -> None:
    (offer,) = offered(here)
    no = reverse("scheduling:waiting_decline", args=[offer.public_id])
    assert "stays on the list" in said(desk.post(no, follow=True))
    assert "Nothing was changed" in said(desk.post(no, follow=True))
    assert WaitingEntry.objects.waiting().count() == 1


def test_another_locations_list_is_not_shown(here: Clinic) -> None:
    waits(here)
    elsewhere = client_of(member(Role.FRONT_DESK, at=place("Far away")))
    assert "Bela" not in said(elsewhere.get(LIST))
    assert "Nobody waits" in said(elsewhere.get(LIST))


def test_the_letters_page_shows_the_time_and_looking_changes_nothing(here: Clinic) -> None:
    (offer,) = offered(here)
    before = list(SlotOffer.objects.values()), Line.objects.count()
    for _time in range(3):
        page = Client().get(opened(offer))
        assert page.status_code == 200
    assert "Tue 2 Mar 2027, 10:30 India time" in said(page)
    assert "Please answer by Mon 1 Mar 2027, 14:00." in said(page)
    assert "Bela" not in said(page)
    assert (list(SlotOffer.objects.values()), Line.objects.count()) == before


def test_a_press_books_and_a_second_one_is_told_so(here: Clinic) -> None:
    (offer,) = offered(here)
    url = opened(offer)
    booked = Client().post(url, {"answer": "take"})
    assert booked.status_code == 200
    assert "Your visit is booked" in said(booked)
    again = Client().post(url, {"answer": "take"})
    assert again.status_code == 410
    assert "You booked a visit with it: it is on Tuesday 2 March 2027." in said(again)
    assert Appointment.objects.upcoming(NOW).count() == 1


def test_who_comes_second_is_told_kindly_and_stays_on_the_list(here: Clinic) -> None:
    first, second = offered(here, "Bela", "Charu")
    pages = [opened(first), opened(second)]
    Client().post(pages[0], {"answer": "take"})
    for answer, status in ((Client().post(pages[1], {"answer": "take"}), 409), (Client().get(pages[1]), 410)):
        assert answer.status_code == status
        assert "Somebody was a little quicker" in said(answer)
        assert "You are still on our list" in said(answer)
    assert WaitingEntry.objects.waiting().get().patient.given_name == "Charu"


def test_a_time_somebody_holds_is_told_as_that_and_offered_again_after_it(here: Clinic, time_machine: Any) -> None:
    (offer,) = offered(here)
    url = opened(offer)
    booking.hold(slot=here.slot(), now=NOW)
    page = Client().post(url, {"answer": "take"})
    assert page.status_code == 409
    assert "Look again in ten minutes" in said(page)
    time_machine.move_to(NOW + timedelta(minutes=10), tick=False)
    offering.sweep(NOW + timedelta(minutes=10))
    assert Client().get(url).status_code == 200
    assert "Your visit is booked" in said(Client().post(url, {"answer": "take"}))


def test_a_no_keeps_the_patient_on_the_list_and_leaving_ends_it(here: Clinic) -> None:
    (offer,) = offered(here)
    url = opened(offer)
    no = Client().post(url, {"answer": "decline"})
    assert no.status_code == 200
    assert "Thank you for telling us" in said(no)
    assert Client().get(url).status_code == 410
    left = Client().post(url, {"answer": "leave"})
    assert left.status_code == 200
    assert "You are not on our list any more" in said(left)
    assert WaitingEntry.objects.get().state == "taken_off"


def test_a_time_in_place_of_a_later_visit_says_so_before_the_press(here: Clinic) -> None:
    bela = someone("Bela")
    here.visit("17:00", patient=bela, day=TUESDAY + timedelta(days=8))
    waits(here, patient=bela)
    given_up(here)
    offering.sweep(NOW)
    page = Client().get(opened(SlotOffer.objects.get()))
    assert "It takes the place of your visit on Wed 10 Mar 2027, 17:00." in said(page)


def test_after_the_time_to_answer_the_page_says_that_the_patient_still_waits(here: Clinic, time_machine: Any) -> None:
    (offer,) = offered(here)
    url = opened(offer)
    time_machine.move_to(offer.expires_at, tick=False)
    page = Client().get(url)
    assert page.status_code == 410
    assert "You are still on our list" in said(page)


def test_a_visit_planned_meanwhile_is_told_and_a_cancelled_one_too(here: Clinic) -> None:
    (offer,) = offered(here)
    url = opened(offer)
    here.visit("18:00", patient=offer.entry.patient)
    assert "Your visit is planned" in said(Client().get(url))
    other = waits(here, "Deepa")
    given_up(here, "11:30")
    offering.sweep(NOW)
    theirs = SlotOffer.objects.get(entry=other)
    url = opened(theirs)
    Client().post(url, {"answer": "take"})
    visit = Appointment.objects.get(patient=other.patient)
    booking.cancel(appointment=visit, reason="Travels", by=None, now=NOW)
    assert "You booked a visit with it" in said(Client().get(url))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "any day, any time"),
        ({"weekdays": (4, 0)}, "Mon, Fri, any time"),
        ({"opens": "10:00"}, "any day, from 10:00"),
        ({"closes": "13:00"}, "any day, until 13:00"),
    ],
)
def test_a_wish_is_said_in_a_few_words(here: Clinic, facts: dict[str, Any], words: str) -> None:
    entry = waits(here, **facts)
    entry.refresh_from_db()
    assert when_it_suits(entry.wish) == words


def test_who_rings_reads_no_phone_of_a_record_that_is_closed_to_them(desk: Client, here: Clinic) -> None:
    """As on the call list: the name and the word. The control: who is named for it reads the phone."""
    waits(here, patient=(ela := someone("Ela", email="", has_no_email=True, phone="98765 00111")))
    given_up(here)
    offering.sweep(NOW)
    make_confidential(patient=ela, because="A colleague", people=[here.doctor], by=here.doctor, now=NOW)
    seen = {name: said(client.get(LIST)) for name, client in (("desk", desk), ("named", client_of(here.doctor)))}
    assert {name: "98765 00111" in page for name, page in seen.items()} == {"desk": False, "named": True}
    assert ("Ela Rao 0" in seen["desk"], "Confidential" in seen["desk"]) == (True, True)
