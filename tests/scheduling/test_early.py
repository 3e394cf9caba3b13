"""An injection before its day, on the pages: a clinician opens the earlier days and gives a reason; nobody else can."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.scheduling.made import NOW, TUESDAY, Clinic
from tests.scheduling.owed import a_follow_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
REASON = "The effect has ended"
LINK = "Allow an earlier day"


@pytest.fixture
def waiting(here: Clinic) -> Patient:
    """Treated on Monday, to be back in twelve weeks."""
    return a_follow_up(here.doctor, NOW, location=here.location).patient


def press(client: Client, here: Clinic, patient: Patient, **more: str) -> str:
    """Post Tuesday half past ten; what the answer says."""
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    answer = client.post(
        f"{reverse('scheduling:book')}?patient={patient.public_id}",
        {"slot": slot, "type": str(here.injection.public_id), "pressed": str(uuid4()), "early": "1", **more},
    )
    return answer.content.decode()


def test_a_clinician_opens_the_days_before_the_permitted_one(here: Clinic, waiting: Patient) -> None:
    url = f"{reverse('scheduling:book')}?patient={waiting.public_id}&type={here.injection.public_id}"
    doctor = client_of(here.doctor)
    closed, opened = (doctor.get(url + more).content.decode() for more in ("", "&early=1"))
    first = f"at={TUESDAY - timedelta(days=1):%Y-%m-%d}"
    assert (LINK in closed, first in closed) == (True, False)
    assert (LINK in opened, first in opened) == (False, True)


def test_the_desk_opens_no_earlier_day(here: Clinic, waiting: Patient) -> None:
    url = f"{reverse('scheduling:book')}?patient={waiting.public_id}&type={here.injection.public_id}&early=1"
    text = client_of(here.desk).get(url).content.decode()
    assert LINK not in text
    assert f"at={TUESDAY:%Y-%m-%d}" not in text


def test_an_early_injection_is_booked_with_the_clinicians_reason_alone(here: Clinic, waiting: Patient) -> None:
    doctor = client_of(here.doctor)
    without = press(doctor, here, waiting, reason="Comes by train")
    assert "Say why this injection may be early" in without
    assert "Comes by train" in without
    assert not Appointment.objects.exists()
    assert "earliest permitted day is 24 May 2027" in press(client_of(here.desk), here, waiting, early_reason=REASON)
    press(doctor, here, waiting, early_reason=REASON)
    assert Appointment.objects.get().early_reason == REASON


def test_a_visit_is_moved_before_the_permitted_day_with_a_reason(here: Clinic, waiting: Patient) -> None:
    visit = here.visit("10:30", day=TUESDAY + timedelta(weeks=12), type=here.injection, patient=waiting)
    url, doctor = reverse("scheduling:move", args=[visit.public_id]), client_of(here.doctor)
    assert LINK in doctor.get(url).content.decode()
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    form = {"slot": slot, "type": str(here.injection.public_id), "pressed": str(uuid4()), "version": "1", "early": "1"}
    assert doctor.post(url, form).status_code == 200
    assert doctor.post(url, form | {"early_reason": REASON}).status_code == 302
    visit.refresh_from_db()
    assert (visit.starts_at, visit.early_reason) == (here.at("10:30"), REASON)
