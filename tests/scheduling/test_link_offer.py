"""A link books what its page offers: a forged time, however free, is none of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import AccessLink
from scheduling import by_link
from scheduling.models import Appointment, FollowUp
from tests.clinic.building import next_morning, world
from tests.scheduling.made import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("later", "is_booked"),
    [
        (timedelta(0), True),
        (timedelta(minutes=7), False),
        (timedelta(seconds=1), False),
        (timedelta(days=-1), False),
        (timedelta(days=4 * 365), False),
    ],
)
def test_only_a_time_of_the_offer_is_booked(time_machine: Any, later: timedelta, is_booked: bool) -> None:
    time_machine.move_to(NOW, tick=False)
    here = world(NOW).here
    before = Appointment.objects.count()
    days = (here.follow_up.earliest_on - NOW.date()).days
    moment = next_morning(NOW, here.location, days=days) + later
    answer = Client().post(
        reverse("scheduling:book_by_link", args=[here.tokens["book_link"]]),
        {"slot": f"{moment.isoformat()}|{here.doctor.public_id}", "confirm": "1"},
    )
    assert answer.status_code == (200 if is_booked else 409)
    assert Appointment.objects.count() - before == is_booked


def test_a_time_shown_two_hours_ahead_is_too_near_when_the_press_comes_late(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    here = world(NOW).here
    morning = next_morning(NOW, here.location, days=1)
    FollowUp.objects.filter(pk=here.follow_up.pk).update(earliest_on=morning.date())
    link = AccessLink.objects.get(purpose="book", patient=here.plan.patient)
    press = f"{morning.isoformat()}|{here.doctor.public_id}"
    found = []
    for minutes in (120, 119):
        now = morning - timedelta(minutes=minutes)
        offer = by_link.offer_of(link, now=now)
        assert offer is not None
        found.append(offer.offering.slot(press, now=now) is not None)
    assert found == [True, False]
