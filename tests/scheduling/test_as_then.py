"""The same weekday and time some weeks on, from the booking page: looked up, marked, and not booked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from scheduling.models import Appointment
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic, someone
from tests.scheduling.owed import a_follow_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def look_up(desk: Client, here: Clinic, patient: Patient, *, weeks: str, kind: Any = None) -> str:
    """The page that is shown in the end."""
    asked = {"patient": str(patient.public_id), "type": str((kind or here.consultation).public_id), "weeks": weeks}
    return desk.get(reverse("scheduling:book_again"), asked, follow=True).content.decode()


def test_the_time_of_the_last_visit_is_marked_on_its_day(here: Clinic, desk: Client) -> None:
    asha = someone()
    here.visit("10:30", patient=asha)
    page = look_up(desk, here, asha, weeks="12")
    assert "Tuesday 25 May 2027" in page
    marked = page.split('class="time asked"')
    assert len(marked) == 2
    assert marked[1].split("</button>")[0].count("10:30") == 1
    assert Appointment.objects.count() == 1


def test_an_injection_is_looked_up_from_its_permitted_day_on(here: Clinic, desk: Client) -> None:
    asha = a_follow_up(here.doctor, NOW, location=here.location).patient  # permitted from Monday 24 May
    here.visit("10:30", patient=asha)
    page = look_up(desk, here, asha, weeks="4", kind=here.injection)
    assert "Tuesday 25 May 2027" in page


@pytest.mark.parametrize("weeks", ["", "0", "53", "-1", "x"])
def test_what_is_no_number_of_weeks_is_told(here: Clinic, desk: Client, weeks: str) -> None:
    asha = someone()
    here.visit("10:30", patient=asha)
    assert "write a number of weeks from 1 to 52" in look_up(desk, here, asha, weeks=weeks)


def test_nothing_near_is_told(here: Clinic, desk: Client) -> None:
    asha = someone()
    here.visit("10:30", patient=asha)
    ago = timedelta(days=2)
    Appointment.objects.update(
        starts_at=F("starts_at") - ago, ends_at=F("ends_at") - ago, occupied_until=F("occupied_until") - ago
    )  # on a Sunday, when nobody works
    assert "No time like the last one is free" in look_up(desk, here, asha, weeks="12")


def test_a_patient_without_a_visit_has_nothing_to_look_up(here: Clinic, desk: Client) -> None:
    asha = someone()
    page = reverse("scheduling:book", query={"patient": asha.public_id})
    assert "Same weekday and time" not in desk.get(page).content.decode()
    here.visit("10:30", patient=asha)
    assert "Same weekday and time" in desk.get(page).content.decode()


@pytest.mark.parametrize(("patient", "status"), [("", 302), ("x", 302), ("0a4c5a1e-0000-4000-8000-000000000999", 404)])
def test_nobody_is_found_by_a_junk_patient(here: Clinic, desk: Client, patient: str, status: int) -> None:
    assert desk.get(reverse("scheduling:book_again"), {"patient": patient}).status_code == status


def test_a_visit_still_to_come_is_not_called_the_last(here: Clinic, time_machine: Any) -> None:
    asha = someone()
    here.visit("10:30", patient=asha)
    for when, said in ((NOW, "Booked already"), (NOW + timedelta(days=2), "Last visit")):
        time_machine.move_to(when, tick=False)
        page = client_of(here.desk).get(reverse("scheduling:book"), {"patient": str(asha.public_id)}).content.decode()
        assert f"{said}: Tue 2 Mar 2027, 10:30" in page
