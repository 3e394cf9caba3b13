"""Who booked on the web, as the desk sees it: looked at once, beside records that may be the same person."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role
from patients.models import Patient
from scheduling import booking
from scheduling.models import OnlineRequest
from tests.patients.making import client_of, member, place
from tests.scheduling.made import NOW, TUESDAY, Clinic
from tests.scheduling.online_making import KNOWN, asked_on_the_web, go_through, taking_bookings

pytestmark = pytest.mark.django_db
QUERIES = 9


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    return taking_bookings()


@pytest.mark.django_db(transaction=True)  # a line of the trail belongs to a deed of its own
def test_the_desk_looks_once_at_who_booked_on_the_web(here: Clinic) -> None:
    go_through(here, Client())
    asked, desk = OnlineRequest.objects.get(), client_of(here.desk)
    Patient.objects.create(location=here.location, **KNOWN | {"born_on": "1984-08-15"})
    listed = desk.get(reverse("scheduling:online_list"))
    assert "Rekha Parmar" in listed.text
    assert listed.context["to_look_at"] == 1
    page = reverse("scheduling:online_one", args=[asked.public_id])
    assert "A new record was made" in desk.get(page).text
    assert desk.get(page).context["alike"]
    assert desk.post(page).status_code == 302
    asked.refresh_from_db()
    assert asked.checked_by == here.desk
    assert "already" in desk.post(page, follow=True).text
    assert "Rekha" not in desk.get(reverse("scheduling:online_list")).text.split("To look at")[1]
    assert client_of(here.doctor).get(page).status_code == 403
    elsewhere = member(Role.FRONT_DESK, at=place("Elsewhere"), name="Elsewhere")
    assert client_of(elsewhere).get(page).status_code == 404


def test_the_list_asks_as_much_for_three_as_for_one(here: Clinic, django_assert_num_queries: Any) -> None:
    desk, address = client_of(here.desk), reverse("scheduling:online_list")
    desk.get(address)
    for clock, count in (("10:30", 1), ("11:15", 2), ("12:00", 3)):
        asked_on_the_web(here.location, NOW, proven_at=NOW, appointment=here.visit(clock, day=TUESDAY))
        assert OnlineRequest.objects.count() == count
        if count != 2:
            with django_assert_num_queries(QUERIES):
                desk.get(address)


def test_what_was_cancelled_since_is_looked_at_by_nobody(here: Clinic) -> None:
    visit = here.visit("10:30", day=TUESDAY)
    asked_on_the_web(here.location, NOW, proven_at=NOW, appointment=visit)
    desk, address = client_of(here.desk), reverse("scheduling:online_list")
    assert desk.get(address).context["to_look_at"] == 1
    booking.cancel(appointment=visit, reason="Has a fever", by=here.desk, now=NOW)
    assert desk.get(address).context["to_look_at"] == 0
