"""Many desks, one time: the table decides, and without its constraint the same race is lost."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from scheduling.models import Appointment
from tests.outbox.owner import as_owner
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, clinic, someone

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 32
TAKEN_BY = """
    SELECT count(*) FROM scheduling_appointment a JOIN scheduling_appointment b ON a.id < b.id
    AND a.clinician_id = b.clinician_id
    AND tstzrange(a.starts_at, a.occupied_until) && tstzrange(b.starts_at, b.occupied_until)
    WHERE a.state <> 'cancelled' AND b.state <> 'cancelled'
"""


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Start all at the same moment, each with a database connection of its own."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def press(here: Clinic, browser: Client, patient: Patient, clock: str) -> int:
    """One desk's POST; returns the status of the answer."""
    slot = f"{here.at(clock).isoformat()}|{here.doctor.public_id}|"
    return browser.post(
        f"{reverse('scheduling:book')}?patient={patient.public_id}",
        {"pressed": str(uuid4()), "type": here.consultation.public_id, "slot": slot},
    ).status_code


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    return clinic()


@pytest.mark.parametrize("clocks", [("10:30", "10:30"), ("10:30", "10:45")], ids=["same", "overlapping"])
def test_btx_001_thirty_two_desks_get_one_visit(here: Clinic, clocks: tuple[str, str]) -> None:
    people = [someone() for _ in range(DESKS)]
    browsers = [client_of(here.desk) for _ in people]
    answers = at_once(
        [
            partial(press, here, browser, patient, clocks[number % 2])
            for number, (browser, patient) in enumerate(zip(browsers, people, strict=True))
        ]
    )
    assert Counter(answers) == {302: 1, 409: DESKS - 1}
    assert Appointment.objects.count() == 1


def test_without_the_constraint_the_same_race_sells_the_slot_twice(here: Clinic) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduling_appointment DROP CONSTRAINT appointment_clinician_free")
    people = [someone() for _ in range(DESKS)]
    browsers = [client_of(here.desk) for _ in people]
    answers = at_once(
        [partial(press, here, browser, patient, "10:30") for browser, patient in zip(browsers, people, strict=True)]
    )
    assert Counter(answers)[302] > 1
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BY)
        assert cursor.fetchone()[0] > 0
