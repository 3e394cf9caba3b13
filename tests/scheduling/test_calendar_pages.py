"""The calendar's pages: what is shown, what a hand does there, what is refused and in which words."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.locations.models import Closure
from tests.patients.making import client_of
from tests.scheduling.made import TUESDAY, Clinic, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
DAY = {"day": "2027-03-02"}
TITLE = re.compile(r"<title>\s*(.*?) ·")
SHOWN = re.compile(r'class="cal-col is-shown"[^>]*data-room="([^"]*)"')


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def page(desk: Client, name: str, **asked: Any) -> str:
    answer = desk.get(reverse(f"scheduling:{name}"), DAY | asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_day_shows_visits_to_drag_and_free_times_to_press(here: Clinic, desk: Client) -> None:
    visit = here.visit("10:30", patient=someone("Asha"))
    words = page(desk, "calendar")
    assert f'id="v-{visit.public_id}"' in words
    assert 'data-can="move stretch"' in words
    assert f"/calendar/book/20270302T0430Z/?place={here.location.public_id}&amp;with={here.doctor.public_id}" in words
    assert "/calendar/book/20270302T0500Z/" not in words  # half past ten is taken


@pytest.mark.parametrize("name", ["calendar_week", "calendar_agenda"])
def test_the_week_and_the_list_name_the_visit(here: Clinic, desk: Client, name: str) -> None:
    here.visit("10:30", patient=someone("Asha"))
    assert "Asha Rao" in page(desk, name)


def test_the_day_by_rooms_names_the_rooms_and_the_month_counts(here: Clinic, desk: Client) -> None:
    here.visit("10:30")
    assert "<b>Room 2</b>" in page(desk, "calendar", by="rooms")
    assert "1 booked" in page(desk, "calendar_month")


def test_each_way_to_look_is_called_by_what_it_shows(desk: Client) -> None:
    called = {
        "calendar": "Calendar, Tuesday 2 Mar 2027",
        "calendar_week": "Calendar, 1 Mar \N{EN DASH} 7 Mar 2027",
        "calendar_month": "Calendar, March 2027",
        "calendar_agenda": "Calendar, from 2 Mar 2027",
    }
    assert {name: TITLE.search(page(desk, name))[1] for name in called} == called  # type: ignore[index] # all have one


def test_a_phone_leads_to_each_room_and_stays_there_when_the_sheet_is_drawn_anew(here: Clinic, desk: Client) -> None:
    room, other = here.rooms
    words = page(desk, "calendar", by="rooms", **{"with": other.public_id})
    assert SHOWN.findall(words) == [str(other.public_id)] * 2  # two stretches of the day
    assert f'href="?day=2027-03-02&amp;by=rooms&amp;with={room.public_id}"' in words
    assert f"/sheet/?day=2027-03-02&amp;by=rooms&amp;with={other.public_id}" in words
    assert SHOWN.findall(page(desk, "calendar", by="rooms", **{"with": "x" * 5000})) == [str(room.public_id)] * 2


def test_a_phone_shows_nobodys_sunday_as_nobodys(here: Clinic, desk: Client) -> None:
    sunday = page(desk, "calendar_week", day="2027-03-07")
    assert ("is-shown" in sunday, "Nothing this day" in sunday) == (False, True)
    tuesday = page(desk, "calendar_week")
    assert ("is-shown" in tuesday, "Nothing this day" in tuesday) == (True, False)


def test_a_closed_day_is_named_and_says_that_nothing_is_there(here: Clinic, desk: Client) -> None:
    Closure.objects.create(location=here.location, on=TUESDAY, name="Dhuleti")
    words = page(desk, "calendar")
    assert "Dhuleti" in words
    assert "The clinic is closed this day" in words
    assert "Dhuleti" in page(desk, "calendar_month")


def test_a_page_that_asks_again_is_told_of_a_change_and_of_nothing_else(here: Clinic, desk: Client) -> None:
    url = reverse("scheduling:calendar_sheet", args=["day"]) + "?day=2027-03-02"
    first = desk.get(url)
    same = desk.get(url, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, same.status_code, same.content) == (200, 304, b"")
    here.visit("10:30", patient=someone("Asha"))
    changed = desk.get(url, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, "Asha Rao" in changed.content.decode()) == (200, True)
    assert changed["ETag"] != first["ETag"]
    assert f'data-mark="{changed["ETag"].replace(chr(34), "&quot;")}"' in page(desk, "calendar")


def test_there_is_no_sheet_of_a_month(desk: Client) -> None:
    assert desk.get("/calendar/month/sheet/").status_code == 404


@pytest.mark.parametrize("visits", [1, 3])
def test_asking_again_costs_the_same_few_questions(
    here: Clinic, desk: Client, django_assert_num_queries: Any, visits: int
) -> None:
    for number in range(visits):
        here.visit(("10:30", "11:30", "17:00")[number])
    url = reverse("scheduling:calendar_sheet", args=["day"]) + "?day=2027-03-02"
    mark = desk.get(url)["ETag"]
    with django_assert_num_queries(ASKED_AGAIN):
        desk.get(url, headers={"If-None-Match": mark})


ASKED_AGAIN = 9  # who asks (session, person), where they work, and six for the mark


@pytest.mark.parametrize("visits", [1, 3])
@pytest.mark.parametrize("name", ["calendar", "calendar_week", "calendar_month", "calendar_agenda", "calendar_print"])
def test_a_page_asks_the_same_whatever_is_booked(
    here: Clinic, desk: Client, django_assert_max_num_queries: Any, name: str, visits: int
) -> None:
    for number in range(visits):
        here.visit(("10:30", "11:30", "17:00")[number])
    page(desk, name)
    with django_assert_max_num_queries(PAGE_QUERIES[name]):
        page(desk, name)


PAGE_QUERIES = {
    "calendar": 21,
    "calendar_week": 22,
    "calendar_month": 15,
    "calendar_agenda": 9,
    "calendar_print": 9,
}


def test_the_printed_day_lists_by_clinician_and_says_who_took_names_along(here: Clinic, desk: Client) -> None:
    patient = someone("Asha", phone="+919876500123")
    here.visit("10:30", patient=patient, reason="Brings her scans")
    words = page(desk, "calendar_print")
    for said in ("Dr Meera Solanki", "Asha Rao", "10:30\N{EN DASH}11:00", "Brings her scans", "Room 1", "98765"):
        assert said in words
    entry = Entry.objects.filter(verb="calendar.printed").get()
    assert (entry.by, entry.detail) == (here.desk, {"rows": 1, "day": "2027-03-02"})


def test_anothers_place_and_anothers_clinician_in_the_address_show_ones_own(here: Clinic, desk: Client) -> None:
    assert "Dr Meera Solanki" in page(desk, "calendar", place=str(UUID(int=7)), **{"with": "nonsense"})
