"""Whose turn it is where several are free: by hand, and as the public page offers it."""

from typing import Any

import pytest
from django.test import Client

from scheduling import booking
from scheduling.turns import turns
from tests.scheduling.made import NOW, TUESDAY, another_doctor
from tests.scheduling.online_making import page_of, slots_on, taking_bookings

NAMES = {1: "Dr Meera Solanki", 2: "Dr Farhan Qureshi", 3: "Dr Nandini Iyer"}


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ({}, [2, 1, 3]),
        ({1: 2, 2: 2, 3: 2}, [2, 1, 3]),
        ({2: 1}, [1, 3, 2]),
        ({1: 3, 2: 2, 3: 1}, [3, 2, 1]),
        ({1: 1, 2: 1}, [3, 2, 1]),
        ({1: 0, 9: 4}, [2, 1, 3]),
    ],
)
def test_who_has_the_fewest_visits_comes_first_then_by_name(visits: dict[int, int], expected: list[int]) -> None:
    assert turns(NAMES, visits) == expected


def test_two_of_one_name_always_stand_in_one_order() -> None:
    assert turns({8: "Dr Asha Rao", 7: "Dr Asha Rao"}, {}) == turns({7: "Dr Asha Rao", 8: "Dr Asha Rao"}, {}) == [7, 8]


@pytest.mark.django_db
def test_anyone_is_who_has_the_fewest_visits_that_day(time_machine: Any) -> None:
    """BTX-008: a time that several have free goes round, and is always of the same one no more."""
    time_machine.move_to(NOW, tick=False)
    here = taking_bookings()
    other = another_doctor(here)  # before Dr Meera Solanki by name

    def first() -> str:
        page = page_of(here, type=str(here.consultation.public_id), day=str(TUESDAY), **{"from": str(TUESDAY)})
        return slots_on(Client().get(page).text)[0].partition("|")[2]

    assert first() == str(other.public_id)
    here.visit("17:00", clinician=other)
    assert first() == str(here.doctor.public_id)
    booking.cancel(appointment=here.visit("18:00", clinician=here.doctor), reason="Travels", by=here.desk, now=NOW)
    assert first() == str(here.doctor.public_id)  # a cancelled one is none
    here.visit("19:00", clinician=here.doctor)
    assert first() == str(other.public_id)
