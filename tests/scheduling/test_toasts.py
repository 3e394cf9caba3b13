"""The words after a booking are read from the visit that the address names, for a minute, by who booked it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from scheduling import booking
from scheduling.views.toasts import to_say_booked
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
SAYS = "booked for Tue 2 Mar 2027, 10:30"


def test_page_that_names_a_booking_says_it_and_leaves_the_session_alone(here: Clinic) -> None:
    visit, desk = here.visit("10:30"), client_of(here.desk)
    desk.get("/")
    before = Session.objects.get().session_data
    page = desk.get("/calendar/", {"booked": str(visit.public_id)}).content.decode()
    assert page.count(SAYS) == 1
    assert reverse("scheduling:undo_booking", args=[visit.public_id]) in page
    assert Session.objects.get().session_data == before
    assert SAYS not in desk.get("/calendar/").content.decode()


def test_address_that_was_kept_says_it_no_more_a_minute_later(here: Clinic, time_machine: Any) -> None:
    visit, desk = here.visit("10:30"), client_of(here.desk)
    time_machine.move_to(NOW + timedelta(seconds=61), tick=False)
    assert SAYS not in desk.get("/calendar/", {"booked": str(visit.public_id)}).content.decode()


def test_nothing_is_said_of_what_was_taken_back_of_others_bookings_or_of_nonsense(here: Clinic) -> None:
    visit = here.visit("10:30")
    assert SAYS not in client_of(here.doctor).get("/calendar/", {"booked": str(visit.public_id)}).content.decode()
    desk = client_of(here.desk)
    for key in ("", "x", str(uuid4())):
        page = desk.get("/calendar/", {"booked": key})
        assert page.status_code == 200
        assert SAYS not in page.content.decode()
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    assert SAYS not in desk.get("/calendar/", {"booked": str(visit.public_id)}).content.decode()


def test_way_back_keeps_what_it_asked_for_and_where_it_led(here: Clinic) -> None:
    visit = here.visit("10:30")
    answer = to_say_booked("/recall/?group=due#row-3", visit)
    assert answer["Location"] == f"/recall/?group=due&booked={visit.public_id}#row-3"
