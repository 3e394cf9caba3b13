"""A link books what its page offers: a forged time, however free, is none of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.locations.models import Room
from patients.models import AccessLink
from scheduling import by_link
from scheduling.models import Appointment, FollowUp
from tests.clinic.world import next_morning, world
from tests.scheduling.made import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("later", "has_room", "is_booked"),
    [
        (timedelta(0), True, True),
        (timedelta(0), False, False),
        (timedelta(minutes=7), True, False),
        (timedelta(seconds=1), True, False),
        (timedelta(days=-1), True, False),
        (timedelta(days=29), True, False),
        (timedelta(days=4 * 365), True, False),
    ],
)
def test_only_a_time_of_the_offer_is_booked(
    time_machine: Any, later: timedelta, has_room: bool, is_booked: bool
) -> None:
    time_machine.move_to(NOW, tick=False)
    here = world(NOW).here
    before = Appointment.objects.count()
    days = (here.follow_up.earliest_on - NOW.date()).days
    moment = next_morning(NOW, here.location, days=days) + later
    room = Room.objects.get(location=here.location).public_id if has_room else ""
    answer = Client().post(
        reverse("scheduling:book_by_link", args=[here.tokens["book_link"]]),
        {"slot": f"{moment.isoformat()}|{here.doctor.public_id}|{room}", "confirm": "1"},
    )
    assert answer.status_code == (200 if is_booked else 409)
    assert Appointment.objects.count() - before == is_booked


def test_a_time_shown_two_hours_ahead_is_too_near_when_the_press_comes_late(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    here = world(NOW).here
    morning = next_morning(NOW, here.location, days=1)
    FollowUp.objects.filter(pk=here.follow_up.pk).update(earliest_on=morning.date())
    link, room = AccessLink.objects.get(purpose="book", patient=here.plan.patient), Room.objects.first()
    shown = by_link.offer_of(link, now=morning - timedelta(hours=2))
    pressed = by_link.offer_of(link, now=morning - timedelta(hours=1, minutes=59))
    assert shown is not None
    assert pressed is not None
    assert (shown.may_hold(morning, room), pressed.may_hold(morning, room)) == (True, False)
