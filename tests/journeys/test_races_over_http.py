"""Thirty-two desks press one time at once, over HTTP, against two processes: one visit, thirty-one kind answers."""

import datetime
import http.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection

from patients.models import Patient
from scheduling.models import Appointment
from tests.journeys.running import Running
from tests.outbox.owner import as_owner
from tests.patients.making import client_of
from tests.scheduling.made import Clinic, clinic, someone
from tests.scheduling.test_races import TAKEN_BY

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 32
SECRET = "c" * 32  # any thirty-two letters are a token, said in the cookie and in the form


def next_working_day() -> datetime.date:
    """The next day from tomorrow on that is no Sunday: the pages read the real clock."""
    day = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    return day + datetime.timedelta(days=day.weekday() == 6)


def press_all_at_once(web: Running, here: Clinic, people: list[Patient]) -> list[tuple[int, str]]:
    """One request a desk, each on a connection of its own that is open before the first is sent."""
    slot = f"{here.at('10:30', next_working_day()).isoformat()}|{here.doctor.public_id}|"
    session = client_of(here.desk).cookies[_session_cookie()].value
    barrier = Barrier(len(people))

    def press(patient: Patient) -> tuple[int, str]:
        browser = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
        browser.connect()
        form = {"csrfmiddlewaretoken": SECRET, "pressed": str(uuid4()), "type": here.consultation.public_id}
        barrier.wait()
        browser.request(
            "POST",
            f"/book/?patient={patient.public_id}",
            urlencode(form | {"slot": slot, "reason": f"Note of {patient.given_name}"}),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"session_{web.port}={session}; csrf_{web.port}={SECRET}",
            },
        )
        answer = browser.getresponse()
        body = answer.read().decode()
        browser.close()
        return answer.status, body

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(press, people))


def test_btx_001_thirty_two_desks_over_http_get_one_visit_and_a_kind_answer(web_running: Running) -> None:
    here = clinic()
    people = [someone(f"Usha{number}") for number in range(DESKS)]
    answers = press_all_at_once(web_running, here, people)
    assert Counter(status for status, _body in answers) == {302: 1, 409: DESKS - 1}
    assert Appointment.objects.count() == 1
    for patient, (status, body) in zip(people, answers, strict=True):
        if status == 409:
            assert "Not booked" in body
            assert f"Note of {patient.given_name}" in body
            assert body.count('class="time"') > 3  # other free times, to press


def test_without_the_constraint_the_same_race_over_http_sells_the_time_twice(web_running: Running) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduling_appointment DROP CONSTRAINT appointment_clinician_free")
    here = clinic()
    answers = press_all_at_once(web_running, here, [someone() for _number in range(DESKS)])
    assert Counter(status for status, _body in answers)[302] > 1
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BY)
        assert cursor.fetchone()[0] > 0


def _session_cookie() -> str:
    from django.conf import settings

    return settings.SESSION_COOKIE_NAME
