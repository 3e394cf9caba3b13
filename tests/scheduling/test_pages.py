"""The desk's pages of the calendar: what they show, what they refuse, and that nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.outbox.models import Letter
from scheduling import booking
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def test_today_without_visits_says_so(desk: Client) -> None:
    assert "Nobody is booked" in desk.get(reverse("scheduling:today")).content.decode()


@pytest.mark.parametrize("visits", [1, 3])
def test_today_asks_the_same_number_of_questions(
    here: Clinic, desk: Client, django_assert_num_queries: Any, visits: int
) -> None:
    for number in range(visits):
        here.visit(f"1{number}:00", day=NOW.date() + timedelta(days=1))
    desk.get("/")
    with django_assert_num_queries(TODAY_QUERIES):
        response = desk.get("/", {"day": (NOW.date() + timedelta(days=1)).isoformat()})
    assert response.content.decode().count('class="visit') == visits


TODAY_QUERIES = 14  # asked of another day: who is to check out is asked of today alone


def test_booking_page_lists_free_times_and_a_press_books(here: Clinic, desk: Client) -> None:
    patient = someone()
    url = f"{reverse('scheduling:book')}?patient={patient.public_id}"
    page = desk.get(url).content.decode()
    assert 'name="slot"' in page
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    answer = desk.post(
        url,
        {"pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000001", "type": here.consultation.public_id, "slot": slot},
        follow=True,
    )
    visit = Appointment.objects.get(patient=patient)
    assert (visit.starts_at, visit.room, visit.booked_by) == (here.at("10:30"), here.rooms[0], here.desk)
    assert "booked for Tue 2 Mar 2027, 10:30" in answer.content.decode()
    assert list(Letter.objects.for_person(patient).order_by("letter").values_list("letter", "due_at")) == [
        ("appointment_confirmed", NOW + timedelta(seconds=10)),
        ("intake_invitation", NOW + timedelta(seconds=10)),
    ]


def test_btx_001_a_taken_slot_is_answered_kindly_and_keeps_what_was_typed(here: Clinic, desk: Client) -> None:
    here.visit("10:30")
    patient = someone()
    url = f"{reverse('scheduling:book')}?patient={patient.public_id}"
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}|{here.rooms[1].public_id}"
    answer = desk.post(
        url,
        {
            "pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000002",
            "type": here.consultation.public_id,
            "slot": slot,
            "reason": "Brings her scans",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Tue 2 Mar 2027, 10:30 has just been taken" in text
    assert 'value="Brings her scans"' in text
    assert 'name="slot"' in text  # other free times
    assert not Appointment.objects.filter(patient=patient).exists()
    assert not Letter.objects.for_person(patient).exists()


def test_the_same_press_books_once(here: Clinic, desk: Client) -> None:
    patient = someone()
    url = f"{reverse('scheduling:book')}?patient={patient.public_id}"
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    press = {"pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000003", "type": here.consultation.public_id, "slot": slot}
    first, second = desk.post(url, press), desk.post(url, press)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Appointment.objects.filter(patient=patient).count() == 1


@pytest.mark.parametrize("slot", ["", "nonsense", "2027-03-02T10:30|x|y", "|||"])
def test_a_slot_nobody_offered_is_refused_beside_the_list(here: Clinic, desk: Client, slot: str) -> None:
    url = f"{reverse('scheduling:book')}?patient={someone().public_id}"
    answer = desk.post(
        url,
        {"pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000004", "type": here.consultation.public_id, "slot": slot},
    )
    assert answer.status_code == 200
    assert "Choose a time from the list" in answer.content.decode()


def test_each_step_of_a_visit_is_one_press_and_can_be_taken_back(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    for state in ("arrived", "in_room", "completed"):
        desk.post(reverse("scheduling:step", args=[visit.public_id, state]))
        visit.refresh_from_db()
        assert visit.state == state
    for state, back in (("completed", "in_room"), ("in_room", "arrived"), ("arrived", "booked")):
        desk.post(reverse("scheduling:undo", args=[visit.public_id, state]))
        visit.refresh_from_db()
        assert visit.state == back
    assert (visit.arrived_at, visit.in_room_at, visit.completed_at) == (None, None, None)


def test_a_step_that_cannot_follow_is_refused_in_words(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    answer = desk.post(reverse("scheduling:step", args=[visit.public_id, "completed"]), follow=True)
    assert "This visit is “Booked” by now" in answer.content.decode()


def test_a_visit_to_come_is_neither_missed_nor_checked_in_on_another_day(here: Clinic, desk: Client) -> None:
    """The visit is tomorrow at 10:30: a patient missed it from that moment on, and is checked in that day."""
    visit = here.visit("10:30")
    url, missed = (reverse("scheduling:appointment", args=[visit.public_id]), "Did not come")
    page = desk.get(url).content.decode()
    assert (missed in page, "Check in" in page, "Confirmed by phone" in page) == (False, False, True)
    no_show = reverse("scheduling:step", args=[visit.public_id, "no_show"])
    assert "nobody can have missed it yet" in desk.post(no_show, follow=True).content.decode()
    visit.refresh_from_db()
    assert visit.state == "booked"
    with time_machine.travel(visit.starts_at, tick=False):
        desk.force_login(here.desk)
        page = desk.get(url).content.decode()
        assert (missed in page, "Check in" in page) == (True, True)
        desk.post(no_show)
    visit.refresh_from_db()
    assert visit.state == "no_show"


def test_a_cancelled_visit_frees_its_time_and_undo_asks_for_it_again(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    desk.post(reverse("scheduling:cancel", args=[visit.public_id]), {"reason": "Has a fever"})
    visit.refresh_from_db()
    assert (visit.state, visit.ended_reason) == ("cancelled", "Has a fever")
    here.visit("10:30")
    answer = desk.post(reverse("scheduling:undo", args=[visit.public_id, "cancelled"]), follow=True)
    assert "has just been taken" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.state == "cancelled"


def test_a_visit_that_is_over_for_nothing_leads_to_another_time(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    url = reverse("scheduling:appointment", args=[visit.public_id])
    assert "Book another time" not in desk.get(url).content.decode()
    desk.post(reverse("scheduling:cancel", args=[visit.public_id]), {"reason": "Has a fever"})
    way = f"{reverse('scheduling:book')}?patient={visit.patient.public_id}&amp;type={visit.type.public_id}"
    assert f'<a href="{way}">Book another time</a>' in desk.get(url).content.decode()


def test_cancelling_without_a_reason_changes_nothing(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    answer = desk.post(reverse("scheduling:cancel", args=[visit.public_id]), {"reason": " "}, follow=True)
    assert "Not cancelled" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_cancelling_from_an_old_page_says_where_the_visit_stands(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    booking.cancel(appointment=visit, reason="Has a fever", by=here.desk, now=NOW)
    answer = desk.post(reverse("scheduling:cancel", args=[visit.public_id]), {"reason": " "}, follow=True)
    assert "This visit is “Cancelled” by now" in answer.content.decode()


def test_a_visit_moves_and_never_clashes_with_itself(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    slot = f"{here.at('10:45').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    url = reverse("scheduling:move", args=[visit.public_id])
    assert slot in desk.get(url, {"at": "2027-03-02"}).content.decode()
    press = {
        "pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000005",
        "type": here.consultation.public_id,
        "slot": slot,
        "version": visit.version,
    }
    desk.post(url, press)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.sequence) == (here.at("10:45"), 1)


def test_btx_094_a_move_on_an_old_page_is_told_where_the_visit_is(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    url = reverse("scheduling:move", args=[visit.public_id])

    def press(clock: str) -> Any:
        return desk.post(
            url,
            {
                "pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000006",
                "type": here.consultation.public_id,
                "slot": f"{here.at(clock).isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}",
                "version": 1,
            },
        )

    assert press("11:30").status_code == 302
    answer = press("12:00")
    assert answer.status_code == 409
    assert "A colleague moved this visit to Tue 2 Mar 2027, 11:30 meanwhile" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.starts_at == here.at("11:30")


def test_overbooking_needs_a_reason_and_leaves_only_the_clinicians_constraint(here: Clinic, desk: Client) -> None:
    here.visit("10:30", room=here.rooms[0])
    patient = someone()
    url = f"{reverse('scheduling:book')}?patient={patient.public_id}"
    form = {
        "pressed": "0d9e1b1c-3b1f-4c53-9a4f-000000000007",
        "type": here.consultation.public_id,
        "other_at": "2027-03-02T10:30",
        "other_clinician": here.doctor.public_id,
        "other_room": here.rooms[0].public_id,
    }
    assert "Say why this visit is booked" in desk.post(url, form).content.decode()
    in_the_same_room = desk.post(url, form | {"overbook_reason": "Pain crisis"})
    assert "The room has just been taken" in in_the_same_room.content.decode()
    desk.post(url, form | {"overbook_reason": "Pain crisis", "other_room": here.rooms[1].public_id})
    visit = Appointment.objects.get(patient=patient)
    assert (visit.is_overbooked, visit.overbook_reason) == (True, "Pain crisis")


def test_anyone_stays_anyone_from_day_to_day(here: Clinic, desk: Client) -> None:
    page = desk.get(reverse("scheduling:book"), {"patient": str(someone().public_id), "clinician": ""}).content.decode()
    assert "&amp;clinician=&amp;" in page
