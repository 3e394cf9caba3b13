"""Where a patient is led whose visit was cancelled: one press to choose another time, on the page and in the letter."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from clinic.outbox.models import Letter
from patients.links import link_for
from scheduling import booking, managing
from scheduling.models import Appointment
from tests.outbox.reading import rendered_for
from tests.scheduling.made import NOW, Clinic, clinic
from tests.scheduling.owed import a_follow_up
from tests.scheduling.test_owing import went

pytestmark = pytest.mark.django_db
BACK_ON = date(2027, 5, 24)  # twelve weeks after Monday 1 March 2027


@pytest.fixture
def here(time_machine: Any, settings: Any) -> Clinic:
    settings.PUBLIC_URL = "http://testserver"
    time_machine.move_to(NOW, tick=False)
    return clinic()


def cancelled_by_link(visit: Appointment) -> str:
    """The page after the press, where the letter that confirmed the visit went before."""
    went(visit)
    _link, token = link_for(
        purpose=managing.PURPOSE, patient=visit.patient, about=visit, now=NOW, expires_at=visit.ends_at
    )
    return Client().post(f"/m/{token}/", {"do": "cancel", "seen": "0"}).text


def letter_about(visit: Appointment) -> str:
    return rendered_for(Letter.objects.about(visit).of_kind("appointment_cancelled").get(), NOW).text


def test_a_type_that_anybody_books_leads_to_the_page_of_its_times_in_the_patients_language(here: Clinic) -> None:
    here.consultation.is_online = True
    here.consultation.save()
    visit = here.visit("10:30", day=date(2027, 3, 4))
    way = f"/book/{here.location.public_id}/?type={here.consultation.public_id}&lang=en"
    page = cancelled_by_link(visit)
    assert f'href="{way.replace("&", "&amp;")}"' in page
    assert f"http://testserver{way}" in letter_about(visit)
    assert "3. Choose a day and time" in Client().get(way).text


def test_a_type_that_only_the_desk_books_leads_to_the_phone(here: Clinic) -> None:
    visit = here.visit("10:30", day=date(2027, 3, 4))
    page = cancelled_by_link(visit)
    assert "/book/" not in page
    assert 'href="tel:' in page
    assert "/book/" not in letter_about(visit)


def test_an_injection_is_booked_again_by_the_patients_own_link(here: Clinic) -> None:
    follow_up = a_follow_up(here.doctor, NOW, location=here.location)
    slot = here.slot("10:30", day=BACK_ON, type=here.injection)
    visit = booking.book(patient=follow_up.patient, slot=slot, by=here.desk, now=NOW, follow_up=follow_up)
    page = cancelled_by_link(visit)
    token = page.partition('href="/b/')[2].partition("/")[0]
    assert "Choose a time" in Client().get(f"/b/{token}/").text
    assert f"http://testserver/b/{token}/" in letter_about(visit)
