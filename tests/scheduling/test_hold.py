"""The manager's switch: what it says before it is pressed, and what a press does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.outbox import deeds, restored
from clinic.outbox.models import Hold, Letter
from clinic.outbox.refs import Ref
from clinic.staff.models import Role
from tests.patients.making import client_of
from tests.treatments.people import a_user

pytestmark = pytest.mark.django_db
PAGE = reverse("scheduling:hold")


@pytest.fixture
def manager() -> Client:
    return client_of(a_user(Role.MANAGER))


def owed(due_at: datetime) -> Letter:
    return deeds.owe("appointment_confirmed", about=Ref("tests.visit", uuid4()), person=uuid4(), due_at=due_at)


def test_hold_with_a_reason_stops_all_letters_and_says_so_on_the_messages_page(manager: Client) -> None:
    letter = owed(timezone.now())
    answer = manager.post(PAGE, {"reason": "The mail server moves"}, follow=True)
    letter.refresh_from_db()
    assert (letter.state, Hold.objects.get().reason) == ("held", "The mail server moves")
    assert b"All letters are held." in answer.content


def test_hold_without_a_reason_is_asked_for_one(manager: Client) -> None:
    answer = manager.post(PAGE, {"reason": " "})
    assert (answer.status_code, Hold.objects.exists()) == (422, False)


def test_hold_pressed_twice_is_one_hold_and_releases_nothing(manager: Client) -> None:
    for _ in range(2):
        manager.post(PAGE, {"reason": "The mail server moves"})
    assert Hold.objects.on().count() == 1


def test_release_shows_what_would_go_and_lets_it_go(manager: Client) -> None:
    letter = owed(timezone.now() - timedelta(hours=2))
    deeds.hold_all(by=a_user(Role.MANAGER), now=timezone.now(), reason="The mail server moves")
    page = manager.get(PAGE).content.decode()
    assert "The mail server moves" in page
    assert '<input type="radio" name="earlier" value="send"' in page.replace('class="form-check-input" ', "")
    manager.post(PAGE, {"earlier": "send"})
    letter.refresh_from_db()
    assert (letter.state, deeds.is_on_hold()) == ("queued", False)


def test_release_after_a_restore_lists_what_may_have_gone_unless_told_otherwise(manager: Client) -> None:
    letter = owed(timezone.now() - timedelta(hours=2))
    deeds.hold_all(by=None, now=timezone.now(), reason=restored.REASON)
    page = manager.get(PAGE).content.decode()
    assert "The program held the letters by itself." in page
    manager.post(PAGE, {"earlier": "doubt"})
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("uncertain", "may_have_gone")


def test_hold_page_takes_the_same_queries_for_one_letter_and_for_three(manager: Client) -> None:
    manager.get(PAGE)
    taken = []
    for letters in (1, 2):
        for _ in range(letters):
            owed(datetime(2027, 3, 1, tzinfo=UTC))
        with CaptureQueriesContext(connection) as queries:
            manager.get(PAGE)
        taken.append(len(queries))
    assert taken[0] == taken[1]
