"""A press that waits for a row somebody else holds: nothing is changed, and who pressed reads so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from patients.links import make_link
from scheduling import booking
from scheduling.models import Appointment, KeptVisit
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, clinic

pytestmark = pytest.mark.django_db(transaction=True)
YOURS_BUSY = "Your visit is being changed at this moment. Please press again in a few seconds."
BUSY = "Somebody is changing this visit at this moment. Press again in a few seconds."
BY_NIGHT = booking.Leave(overbook_reason="To try the steps")
STEPS: dict[str, list[Callable[..., Appointment]]] = {
    "confirmed": [],
    "no_show": [],
    "in_room": [booking.check_in],
    "completed": [booking.check_in, booking.to_room],
    "left": [booking.check_in],
}


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    """The clinic at half past ten."""
    time_machine.move_to(NOW)
    made = clinic()
    time_machine.move_to(made.at("10:30"))
    return made


@pytest.fixture
def desk(here: Clinic) -> Client:
    """A browser in which the front desk is signed in."""
    return client_of(here.desk)


@contextmanager
def held(visit: Appointment) -> Iterator[None]:
    """Hold the row of a visit from another connection; ours waits a moment only. In the clinic it is five seconds."""
    other = connection.copy()
    try:
        with other.cursor() as theirs, connection.cursor() as ours:
            theirs.execute("BEGIN")
            theirs.execute("SELECT 1 FROM scheduling_appointment WHERE id = %s FOR UPDATE", [visit.pk])
            ours.execute("SET lock_timeout = '20ms'")
            try:
                yield
            finally:
                ours.execute("RESET lock_timeout")
    finally:
        other.close()


def test_each_step_of_a_visit_that_is_held_is_told_kindly_and_can_be_pressed_again(here: Clinic, desk: Client) -> None:
    for hour, (step, before) in enumerate(STEPS.items()):
        visit = here.visit(f"{hour:02}:00", leave=BY_NIGHT)
        for deed in before:
            visit = deed(appointment=visit, by=here.desk, now=here.at("10:30"))
        stood, press = visit.state, reverse("scheduling:step", args=[visit.public_id, step])
        with held(visit):
            answer = desk.post(press, follow=True)
        visit.refresh_from_db()
        assert (BUSY in answer.content.decode(), visit.state) == (True, stood)
        desk.post(press)
        visit.refresh_from_db()
        assert visit.state == step


def test_a_visit_that_is_held_is_cancelled_or_confirmed_by_nobody_who_reads_why(
    here: Clinic, desk: Client, client: Client
) -> None:
    visit = here.visit("12:00", day=(NOW + timedelta(days=9)).date())
    about: dict[str, Any] = {
        "patient": visit.patient,
        "about": visit,
        "now": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    page = reverse("scheduling:manage_visit", args=[make_link(purpose="manage-visit", **about)[1]])
    short = reverse("scheduling:confirm_visit", args=[make_link(purpose="confirm-visit", **about)[1]])
    desks: list[tuple[str, dict[str, Any]]] = [
        (reverse("scheduling:cancel", args=[visit.public_id]), {"reason": "Has a fever"}),
        (reverse("scheduling:undo_booking", args=[visit.public_id]), {}),
    ]
    seen: dict[str, Any] = {"seen": visit.sequence}
    theirs = [(page, seen | {"do": "confirm"}), (page, seen | {"do": "cancel", "words": ""}), (short, seen)]
    with held(visit):
        for address, sent in desks:
            assert BUSY in desk.post(address, sent, follow=True).content.decode()
        for address, sent in theirs:
            answer = client.post(address, sent)
            assert (answer.status_code, YOURS_BUSY in answer.content.decode()) == (409, True)
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_what_else_waits_in_vain_is_answered_as_busy(here: Clinic, desk: Client) -> None:
    """The floor under every deed that says nothing of its own: no fault, and nothing half done."""
    visit = here.visit("11:00")
    address = reverse("scheduling:keep_displaced", args=[visit.public_id])
    with held(visit):
        answer = desk.post(address, {"reason": "She agreed", "version": visit.version})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "very busy" in answer.content.decode()
    assert not KeptVisit.objects.exists()
