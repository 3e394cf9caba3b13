"""Today's board: who waits and how long, what folds away, what is free, and one mood alone. Ten on a Monday."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling import board, booking
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, another_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
TODAY = NOW.date()


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def seen(here: Clinic, *, minutes: int = 0) -> board.Board:
    return board.day_board(
        user=here.desk,
        locations=[here.location],
        day=TODAY,
        now=NOW + timedelta(minutes=minutes),
        zone=here.location.zone,
    )


def today(here: Clinic, clock: str, **facts: Any) -> Appointment:
    return here.visit(clock, day=TODAY, **facts)


def test_a_lane_names_its_room_and_the_next_free_quarter_of_an_hour(here: Clinic) -> None:
    """Ten to half past and its buffer to a quarter to; half past eleven is booked: a quarter to eleven is free."""
    today(here, "10:00")
    today(here, "11:30")
    (lane,) = seen(here).lanes
    assert (lane.room, f"{lane.next_free:%H:%M}") == ("Room 1", "10:45")
    (lane,) = seen(here, minutes=50).lanes
    assert f"{lane.next_free:%H:%M}" == "11:00"


def test_a_lane_of_two_rooms_names_none(here: Clinic) -> None:
    today(here, "10:00")
    today(here, "11:00", room=here.rooms[1])
    (lane,) = seen(here).lanes
    assert lane.room == ""


def test_a_quarter_of_an_hour_in_the_waiting_room_is_long(here: Clinic) -> None:
    booking.check_in(appointment=today(here, "10:00"), by=here.desk, now=NOW)
    for minutes, is_long in ((14, False), (15, True)):
        shown = seen(here, minutes=minutes)
        assert [visit.waits_long for lane in shown.lanes for visit in lane.open] == [is_long]
        assert shown.somebody_waits_long is is_long


def test_a_clinician_who_has_left_for_the_day_has_nothing_free(here: Clinic) -> None:
    today(here, "19:15")
    (lane,) = seen(here, minutes=10 * 60).lanes
    assert lane.next_free is None


def test_the_first_three_to_come_stand_open_and_later_ones_fold(here: Clinic) -> None:
    clocks = ("10:15", "11:00", "11:45", "12:15", "17:00")
    for clock in clocks[:4]:
        today(here, clock, type=here.injection)
    (lane,) = seen(here).lanes
    assert (len(lane.open), len(lane.later), lane.total) == (4, 0, 4)  # one alone is not folded
    today(here, clocks[4])
    (lane,) = seen(here).lanes
    assert [f"{visit.starts:%H:%M}" for visit in lane.later] == ["12:15", "17:00"]
    assert lane.next_visit is not None
    assert f"{lane.next_visit.starts:%H:%M}" == "10:15"


def test_one_mood_alone_shows_it_folded_or_not_and_keeps_the_counts(here: Clinic, desk: Client) -> None:
    for clock in ("10:15", "11:00", "11:45", "12:15", "17:00"):
        today(here, clock, type=here.injection)
    early = today(here, "18:00")
    other = another_doctor(here)
    today(here, "10:00", clinician=other, room=here.rooms[1])
    booking.check_in(appointment=early, by=here.desk, now=NOW)
    found = board.only(seen(here), "early")
    assert [lane.clinician for lane in found.lanes] == [here.doctor]
    assert [visit.appointment for visit in found.lanes[0].open] == [early]
    assert found.counts == {"to_come": 6, "early": 1}
    page = desk.get("/", {"show": "early"}).content.decode()
    assert (page.count('<li class="visit'), "Arrived 10:00" in page) == (1, True)
    assert desk.get("/", {"show": "waiting"}).content.decode().count('<li class="visit') == 0
    assert "Nobody just now" in desk.get("/", {"show": "waiting"}).content.decode()
    assert desk.get("/", {"show": "all of them"}).content.decode().count('<li class="visit') == 7


def test_the_step_to_a_room_names_the_room(here: Clinic, desk: Client) -> None:
    visit = today(here, "10:15")
    booking.check_in(appointment=visit, by=here.desk, now=NOW)
    page = desk.get("/").content.decode()
    assert f"{reverse('scheduling:step', args=[visit.public_id, 'in_room'])}" in page
    assert "To Room 1" in page


@pytest.mark.parametrize("visits", [1, 3])
def test_today_asks_as_many_questions_of_one_visit_as_of_three(
    here: Clinic, desk: Client, django_assert_num_queries: Any, visits: int
) -> None:
    for number in range(visits):
        today(here, f"1{number}:15")
    desk.get("/")
    with django_assert_num_queries(TODAY_QUERIES):
        desk.get("/")


TODAY_QUERIES = 17


@pytest.mark.parametrize("visits", [1, 3])
def test_the_moving_parts_alone_ask_less_and_hold_the_same_rows(
    here: Clinic, desk: Client, django_assert_num_queries: Any, visits: int
) -> None:
    for number in range(visits):
        today(here, f"1{number}:15")
    desk.get("/")
    with django_assert_num_queries(PART_QUERIES):
        page = desk.get("/", {"part": "board"}).content.decode()
    assert page.count('<li class="visit') == visits
    assert ('<ul class="counts"' in page, "<main" in page) == (True, False)


PART_QUERIES = 7
