"""What a hand does on the calendar's sheet: a visit put elsewhere or made longer, refused in words, put back."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling import booking
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, another_doctor, someone
from tests.scheduling.owed import a_follow_up
from tests.scheduling.test_calendar_pages import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
BY_SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def place(desk: Client, visit: Appointment, **fields: Any) -> Any:
    how = fields.pop("how", {})
    return desk.post(reverse("scheduling:put_down", args=[visit.public_id]), {"version": visit.version} | fields, **how)


def until(desk: Client, visit: Appointment, minutes: Any, **how: Any) -> Any:
    sent = {"version": visit.version, "minutes": minutes}
    return desk.post(reverse("scheduling:until", args=[visit.public_id]), sent, **how)


def now_at(visit: Appointment) -> tuple[Any, ...]:
    visit.refresh_from_db()
    return visit.starts_at, visit.clinician, visit.room, visit.minutes


def test_a_visit_put_elsewhere_is_moved_and_can_be_put_back(here: Clinic, desk: Client) -> None:
    other = another_doctor(here)
    visit = here.visit("10:30")
    was = now_at(visit)
    answer = place(desk, visit, at=here.at("17:15").isoformat(), clinician=other.public_id, how=BY_SCRIPT)
    assert answer.status_code == 200
    assert now_at(visit) == (here.at("17:15"), other, here.rooms[0], 30)
    undo = re.search(r'action="([^"]+/put-back/2/)"', answer.content.decode())
    assert undo is not None
    answer = desk.post(undo[1], follow=True)
    assert "Put back: Asha Rao 0, Tue 2 Mar 2027, 10:30" in answer.content.decode()
    assert now_at(visit) == was
    assert "moved this visit to Tue 2 Mar 2027, 10:30 meanwhile" in desk.post(undo[1], follow=True).content.decode()
    assert now_at(visit) == was


def test_a_visit_takes_another_room_where_its_own_is_taken(here: Clinic, desk: Client) -> None:
    other = another_doctor(here)
    here.visit("17:15", clinician=other)
    visit = here.visit("10:30")
    place(desk, visit, at=here.at("17:15").isoformat())
    assert now_at(visit) == (here.at("17:15"), here.doctor, here.rooms[1], 30)


def test_a_visit_put_in_another_room_keeps_its_clinician(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    place(desk, visit, at=here.at("10:30").isoformat(), room=here.rooms[1].public_id)
    assert now_at(visit) == (here.at("10:30"), here.doctor, here.rooms[1], 30)


def test_a_refusal_names_who_has_the_time_and_offers_the_next(here: Clinic, desk: Client) -> None:
    here.visit("17:00", patient=someone("Nikunj"))
    visit = here.visit("10:30", patient=someone("Usha"))
    was = now_at(visit)
    answer = place(desk, visit, at=here.at("17:15").isoformat(), how=BY_SCRIPT)
    words = " ".join(answer.content.decode().split())
    assert answer.status_code == 409
    assert "Nikunj Rao 0 has 17:00\N{EN DASH}17:30." in words
    assert "Usha Rao 1 stays at 10:30." in words
    assert "Try 17:45" in words
    assert "other_at=2027-03-02T17:15" in words  # the way to overbook, with a reason
    assert now_at(visit) == was


def test_the_next_time_offered_is_not_the_one_the_visit_has(here: Clinic, desk: Client) -> None:
    here.visit("10:30")
    visit = here.visit("11:15")
    words = place(desk, visit, at=here.at("10:30").isoformat(), how=BY_SCRIPT).content.decode()
    assert "Try 11:30" in words


@pytest.mark.parametrize(("clock", "said"), [("14:00", "outside working hours"), ("12:45", "outside working hours")])
def test_a_visit_put_outside_hours_stays_where_it_is(here: Clinic, desk: Client, clock: str, said: str) -> None:
    visit = here.visit("10:30")
    answer = place(desk, visit, at=here.at(clock).isoformat(), how=BY_SCRIPT)
    assert (answer.status_code, said in answer.content.decode()) == (409, True)
    assert now_at(visit)[0] == here.at("10:30")


def test_an_injection_dragged_too_near_says_the_day_and_a_clinician_is_shown_the_way(
    here: Clinic, desk: Client
) -> None:
    patient = a_follow_up(here.doctor, NOW, location=here.location).patient
    visit = here.visit("10:30", day=date(2027, 6, 1), patient=patient, type=here.injection)
    for client, is_shown in ((desk, False), (client_of(here.doctor), True)):
        answer = place(client, visit, at=here.at("10:30").isoformat(), how=BY_SCRIPT)
        words = answer.content.decode()
        assert (answer.status_code, "The earliest permitted day is" in words) == (409, True)
        assert ("early=1" in words) is is_shown


def test_without_script_a_refusal_is_said_on_the_page_it_came_from(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    url = reverse("scheduling:calendar") + "?day=2027-03-02"
    answer = place(desk, visit, at=here.at("14:00").isoformat(), how={"HTTP_REFERER": f"http://testserver{url}"})
    assert answer["Location"].endswith(url)
    assert "outside working hours" in desk.get(url).content.decode()


def test_an_old_page_moves_nothing_and_is_told_where_the_visit_is(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    booking.move(appointment=visit, slot=here.slot("11:30"), seen_version=1, by=here.desk, now=NOW)
    answer = place(desk, visit, at=here.at("17:00").isoformat(), how=BY_SCRIPT)
    assert "A colleague moved this visit to Tue 2 Mar 2027, 11:30" in answer.content.decode()


@pytest.mark.parametrize("at", ["", "nonsense", "2027-03-02T10:30", "9999-12-31T00:00:00+00:00", "\x00"])
def test_a_time_that_is_none_is_refused(here: Clinic, desk: Client, at: str) -> None:
    visit = here.visit("10:30")
    answer = place(desk, visit, at=at, how=BY_SCRIPT)
    assert (answer.status_code, now_at(visit)[0]) in {(422, here.at("10:30")), (400, here.at("10:30"))}


def test_a_visit_is_made_longer_and_the_end_put_back(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    answer = until(desk, visit, 60, **BY_SCRIPT)
    assert "Asha Rao 0 until 11:30" in answer.content.decode()
    assert now_at(visit)[3] == 60
    desk.post(reverse("scheduling:put_back", args=[visit.public_id, 2]))
    assert now_at(visit)[3] == 30


def test_an_end_that_is_taken_is_refused_on_the_visits_page_and_allowed_with_a_reason(
    here: Clinic, desk: Client
) -> None:
    visit = here.visit("10:30")
    here.visit("11:30", room=here.rooms[1], patient=someone("Nikunj"))
    answer = until(desk, visit, 90)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "Nikunj Rao 1 has 11:30 to 12:00" in words
    assert '<option value="90" selected>' in words
    url, sent = reverse("scheduling:until", args=[visit.public_id]), {"version": 1, "minutes": 90}
    desk.post(url, sent | {"overbook_reason": "Two sides today"})
    visit.refresh_from_db()
    assert (visit.minutes, visit.is_overbooked, visit.overbook_reason) == (90, True, "Two sides today")


def test_a_reason_that_is_too_long_is_refused_beside_it_and_kept(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    url, sent = reverse("scheduling:until", args=[visit.public_id]), {"version": visit.version, "minutes": 90}
    answer = desk.post(url, sent | {"overbook_reason": "x" * 301})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert ("at most 300 characters" in words, "x" * 301 in words) == (True, True)
    assert '<option value="90" selected>' in words
    assert "Choose an end from the list." in until(desk, visit, "x").content.decode()


def test_an_end_sent_from_an_old_page_is_refused_in_words(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    booking.cancel(appointment=visit, reason="Has a fever", by=here.desk, now=NOW)
    assert "This visit is “Cancelled” by now" in until(desk, visit, 45).content.decode()


def test_an_overbooked_visit_changes_its_room_and_stays_allowed(here: Clinic, desk: Client) -> None:
    here.visit("10:30")
    visit = here.visit("10:30", room=None, leave=booking.Leave(overbook_reason="Pain crisis"))
    place(desk, visit, at=here.at("10:30").isoformat(), room=here.rooms[1].public_id)
    visit.refresh_from_db()
    assert (visit.room, visit.is_overbooked) == (here.rooms[1], True)


@pytest.mark.parametrize("minutes", ["", "x", "0", "481", "-15"])
def test_a_length_that_is_none_is_refused(here: Clinic, desk: Client, minutes: str) -> None:
    visit = here.visit("10:30")
    assert until(desk, visit, minutes, **BY_SCRIPT).status_code == 422
    assert now_at(visit)[3] == 30


def test_beside_the_sheet_a_visit_lists_the_starts_of_whom_and_when(here: Clinic, desk: Client) -> None:
    other = another_doctor(here)
    here.visit("11:30", clinician=other)
    visit = here.visit("10:30")
    url = reverse("scheduling:calendar_panel", args=[visit.public_id])
    own, theirs = (
        re.findall(r'<option value="2027-03-02T[^"]+"[^>]*>(\d\d:\d\d)', desk.get(url, asked).content.decode())
        for asked in ({}, {"clinician": str(other.public_id), "on": "2027-03-02"})
    )
    assert "10:30" in own  # it never clashes with itself
    assert "10:30" in theirs
    assert "11:30" not in theirs
    assert "Nothing is free on this day" in desk.get(url, {"on": "2027-03-07"}).content.decode()


def test_a_visit_that_is_over_is_neither_moved_nor_stretched_from_there(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30")
    for deed in (booking.check_in, booking.to_room, booking.complete):
        deed(appointment=visit, by=here.desk, now=NOW)
    words = desk.get(reverse("scheduling:calendar_panel", args=[visit.public_id])).content.decode()
    assert ("id_at" in words, "id_until" in words, "Open the visit" in words) == (False, False, True)
    assert 'data-can=""' in page(desk, "calendar")
