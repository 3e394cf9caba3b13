"""The reminder before a visit, and the page where a patient says that they come: a press counts, a look does not."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.audit.models import Entry
from clinic.outbox.deeds import owe
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient, Rendered, Suppressed, kind_for
from scheduling import booking
from scheduling.models import Appointment
from tests.outbox.reading import rendered_for
from tests.scheduling.made import NOW, Clinic, clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: Any) -> Clinic:
    settings.PUBLIC_URL = "http://testserver"
    return clinic()


@pytest.fixture(autouse=True)
def at_this_time(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def reminder(visit: Appointment) -> Letter:
    """The letter before a visit."""
    return owe(
        "appointment_reminder",
        about=visit,
        person=visit.patient,
        due_at=NOW,
        edition=str(visit.sequence),
        step="1",
        not_after=visit.starts_at,
    )


def written(letter: Letter) -> Rendered:
    """What the letter says now."""
    return rendered_for(letter, NOW)


def link_of(visit: Appointment) -> str:
    """The address of the button in the letter."""
    found = re.search(r"http://testserver(/v/\S+)", written(reminder(visit)).text)
    assert found
    return found[1]


def reason(letter: Letter, now: datetime = NOW) -> str:
    """Why a letter is not wanted."""
    answer = kind_for(letter.letter).still_wanted(letter.promise, now=now)
    assert isinstance(answer, Suppressed)
    return answer.reason


def test_the_letter_says_when_with_whom_and_where_and_has_a_button(here: Clinic) -> None:
    said = written(reminder(here.visit("10:30")))
    assert said.subject == "Your visit on 2 March 2027 at 10:30 India time"
    assert "Tuesday 2 March 2027" in said.text
    assert "Dr Meera Solanki" in said.text
    assert "Yes, I will come" in said.text
    assert "Yes, I will come" in said.html


def test_a_look_changes_nothing_and_a_press_confirms_once(here: Clinic) -> None:
    visit = here.visit("10:30")
    url, browser = link_of(visit), Client()
    for _ in range(3):
        assert "Will you come?" in browser.get(url).content.decode()
    visit.refresh_from_db()
    assert (visit.state, Entry.objects.filter(verb="appointment.confirmed").count()) == ("booked", 0)
    for _ in range(2):
        page = browser.post(url, {"seen": "0"})
        assert page.status_code == 200
        assert "We expect you" in page.content.decode()
        assert "10:30 India time" in page.content.decode()
    visit.refresh_from_db()
    assert (visit.state, Entry.objects.filter(verb="appointment.confirmed").count()) == ("confirmed", 1)


def test_a_visit_confirmed_already_has_no_button(here: Clinic) -> None:
    visit = booking.confirm(appointment=here.visit("10:30"), by=here.desk, now=NOW)
    said = written(reminder(visit))
    assert "You have told us that you will come." in said.text
    assert "/v/" not in said.text + said.html


def test_a_page_opened_before_the_visit_moved_confirms_nothing_and_shows_the_new_time(here: Clinic) -> None:
    visit = here.visit("10:30")
    url = link_of(visit)
    booking.move(appointment=visit, slot=here.slot("11:30"), seen_version=visit.version, by=here.desk, now=NOW)
    answer = Client().post(url, {"seen": "0"})
    assert (answer.status_code, "The visit was moved." in answer.text) == (410, True)
    visit.refresh_from_db()
    assert visit.state == "booked"


@pytest.mark.parametrize("sent", ["", "x", "-1", "99999999999", "1"])
def test_a_press_that_saw_something_else_confirms_nothing(here: Clinic, sent: str) -> None:
    visit = here.visit("10:30")
    assert Client().post(link_of(visit), {"seen": sent}).status_code == 409
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_the_link_of_a_cancelled_visit_says_so(here: Clinic) -> None:
    visit = here.visit("10:30")
    url = link_of(visit)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    assert Client().post(url, {"seen": "0"}).status_code == 410


def test_the_letter_does_not_go_for_a_visit_that_is_over_here_moved_or_gone(here: Clinic) -> None:
    visit = here.visit("10:30")
    letter = reminder(visit)
    assert kind_for(letter.letter).still_wanted(letter.promise, now=NOW) is None
    assert reason(letter, visit.starts_at) == "visit_over"
    booking.check_in(appointment=visit, by=here.desk, now=NOW)
    assert reason(letter) == "visit_changed"
    moved = here.visit("11:30")
    letter = reminder(moved)
    booking.move(appointment=moved, slot=here.slot("12:00"), seen_version=moved.version, by=here.desk, now=NOW)
    assert reason(letter) == "newer_letter"
    letter = reminder(moved)
    booking.cancel(appointment=moved, reason="Travels", by=here.desk, now=NOW)
    assert reason(letter) == "visit_changed"


def test_the_letter_is_a_reminder_asked_for_in_waking_hours(here: Clinic) -> None:
    visit = here.visit("10:30")
    letter = reminder(visit)
    found = kind_for(letter.letter).recipient(letter.promise, now=NOW)
    assert isinstance(found, Recipient)
    assert (found.mail_from, found.mail_until) == (here.location.mail_from, here.location.mail_until)
    assert "/stop/" in (kind_for(letter.letter).list_unsubscribe(letter.promise, links=Links(), now=NOW) or "")
    visit.patient.wants_visit_reminders = False
    visit.patient.save(update_fields=("wants_visit_reminders",))
    refused = kind_for(letter.letter).recipient(letter.promise, now=NOW + timedelta(minutes=1))
    assert isinstance(refused, Suppressed)
    assert refused.reason == "opted_out"
