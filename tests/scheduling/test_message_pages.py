"""The messages' pages: a letter's state and why, what was sent, the demo's caught copy; who looked is written down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients.models import Patient
from scheduling.models import FollowUp
from tests.patients.making import client_of
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
MESSAGE_ID = "<0f8e.1@interval.example>"

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    """The first letter of a follow-up."""
    doctor = a_user(Role.CLINICIAN)
    session = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    found: Letter = Letter.objects.about(FollowUp.objects.get(session=session)).get(step="1")
    return found


@pytest.fixture
def desk() -> Client:
    return client_of(a_user(Role.FRONT_DESK))


def taken(letter: Letter, state: str) -> None:
    """Hand it to a mail server, which answered or did not."""
    at = NOW + timedelta(days=70)
    stamps = {"sent_at": at, "ended_at": at} if state == "sent" else {"ended_at": at, "reason": "no_answer_after_data"}
    Letter.objects.filter(pk=letter.pk).update(
        state=state, attempt=1, handing_over_at=at, message_id=MESSAGE_ID, text_sent="Choose a time.", **stamps
    )


def page_of(desk: Client, letter: Letter) -> str:
    return desk.get(reverse("scheduling:message", args=[letter.public_id])).content.decode()


def test_the_copy_in_the_mail_catcher_opens_beside_the_letter(letter: Letter, desk: Client, settings: Settings) -> None:
    settings.MAIL_CATCHER_URL = "http://127.0.0.1:8002"
    taken(letter, "sent")
    assert 'href="http://127.0.0.1:8002/message/%3C0f8e.1%40interval.example%3E"' in page_of(desk, letter)


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8002"])
def test_no_copy_is_offered_in_production_or_before_it_went(
    address: str, letter: Letter, desk: Client, settings: Settings
) -> None:
    settings.MAIL_CATCHER_URL = address
    if not address:
        taken(letter, "sent")
    assert "/message/%3C" not in page_of(desk, letter)


def test_an_uncertain_letter_is_listed_among_those_that_need_a_person(letter: Letter, desk: Client) -> None:
    taken(letter, "uncertain")
    listed = desk.get(reverse("scheduling:messages"), {"state": "needs_a_person"}).content.decode()
    assert reverse("scheduling:message", args=[letter.public_id]) in listed
    assert "Send again" in page_of(desk, letter)


def test_a_letter_of_a_later_month_is_listed_when_all_are_asked_for(letter: Letter, desk: Client) -> None:
    Letter.objects.filter(pk=letter.pk).update(due_at=datetime(2099, 1, 1, tzinfo=UTC))
    address, listed = reverse("scheduling:message", args=[letter.public_id]), reverse("scheduling:messages")
    assert address not in desk.get(listed).content.decode()
    assert address in desk.get(listed, {"state": "all"}).content.decode()


def test_looking_at_a_letter_and_at_a_patients_letters_is_written_down(letter: Letter, desk: Client) -> None:
    patient = Patient.objects.get(public_id=letter.person_public_id)
    page_of(desk, letter)
    desk.get(reverse("scheduling:patient_letters", args=[patient.public_id]))
    looked = Entry.objects.filter(verb__in=("letter.opened", "letters.opened")).order_by("pk")
    assert list(looked.values_list("verb", "patient_public_id")) == [
        ("letter.opened", patient.public_id),
        ("letters.opened", patient.public_id),
    ]
