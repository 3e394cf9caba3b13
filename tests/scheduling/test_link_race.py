"""One link pressed many times at once: one visit, and everybody else is told, whatever times they chose."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from patients.links import make_link
from scheduling.models import Appointment
from tests.clinic.building import next_morning, world
from tests.scheduling.made import NOW
from tests.scheduling.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 8


def test_a_link_pressed_at_once_for_different_times_books_one(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    here = world(NOW).here
    due = here.follow_up
    before = Appointment.objects.count()
    token = make_link(purpose="book", patient=due.patient, about=due, now=NOW, expires_at=NOW + timedelta(days=9))[1]
    first = next_morning(NOW, here.location, days=(due.earliest_on - NOW.date()).days)

    def press(number: int) -> int:
        moment = first + timedelta(minutes=30 * number)
        slot = f"{moment.isoformat()}|{here.doctor.public_id}"
        return (
            Client(raise_request_exception=False)
            .post(reverse("scheduling:book_by_link", args=[token]), {"slot": slot, "confirm": "1"})
            .status_code
        )

    answers = Counter(at_once([partial(press, number) for number in range(PRESSES)]))
    assert answers[200] == 1
    assert set(answers) <= {200, 409, 410}
    assert Appointment.objects.count() == before + 1
