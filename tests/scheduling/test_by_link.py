"""From the letter to the booking: one real mail, a link that only a button press can use, once."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.models import AccessLink, Consent, Patient
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp, ProviderHours
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.treatments.people import a_patient
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
REMINDED_AT = datetime(2027, 5, 10, 4, 0, tzinfo=UTC)  # half past nine, fourteen days before
BACK_ON = date(2027, 5, 24)
TABLES = (Appointment, AccessLink, Letter, FollowUp, Consent)
CLINICAL = re.compile(r"migraine|botox|toxin|inject|onabotulinum|pain|unit|dose|treatment", re.IGNORECASE)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sink(settings: Settings) -> Iterator[sinks.Sink]:
    settings.PUBLIC_URL = "http://testserver"
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    row = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    AppointmentType.objects.create(
        name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30, after_buffer_minutes=15
    )
    for weekday in range(6):
        ProviderHours.objects.create(
            clinician=doctor, location=row.location, weekday=weekday, starts="10:00", ends="13:00"
        )
    return row


@pytest.fixture
def mail(session: InjectionSession, sink: sinks.Sink) -> Any:
    """The one letter that goes on the morning of the first step."""
    assert work(REMINDED_AT)["sent"] == 1
    (message,) = sink.taken
    return message


def link_in(message: Any) -> str:
    text = message.get_body(("plain",)).get_content()
    found = re.search(r"http://testserver(/b/\S+)", text)
    assert found, text
    return found[1]


def everything() -> list[Any]:
    """Every row of the tables that a booking touches."""
    with connection.cursor() as cursor:
        rows = []
        for model in TABLES:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {model._meta.db_table} t")  # noqa: S608, SLF001
            rows.append(cursor.fetchone())
        return rows


def test_the_reminder_is_one_mail_of_text_and_html_without_a_clinical_word(
    session: InjectionSession, mail: Any, sink: sinks.Sink
) -> None:
    assert sink.recipients == ["meenal@patients.example"]
    assert mail["Subject"] == "Time to plan your next visit"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for where in (mail["Subject"], mail["From"], mail["List-Unsubscribe"], link_in(mail)):
        assert not CLINICAL.search(str(where)), where
    follow_up = FollowUp.objects.get(session=session)
    assert (follow_up.state, follow_up.next_step) == ("reminded", 2)
    kept = Letter.objects.about(follow_up).get(state="sent")
    assert "/b/" not in kept.text_sent + kept.html_sent


def test_the_same_morning_again_sends_nothing_more(mail: Any, sink: sinks.Sink) -> None:
    assert work(REMINDED_AT + timedelta(minutes=1))["sent"] == 0
    assert len(sink.taken) == 1


def test_after_weeks_without_a_worker_one_letter_goes_and_not_three(
    session: InjectionSession, sink: sinks.Sink
) -> None:
    assert work(datetime(2027, 6, 4, 4, 0, tzinfo=UTC))["sent"] == 1
    follow_up = FollowUp.objects.get(session=session)
    states = Letter.objects.about(follow_up).order_by("step").values_list("step", "state", "reason")
    assert list(states) == [("1", "withdrawn", "later_step"), ("2", "withdrawn", "later_step"), ("3", "sent", "")]
    assert len(sink.taken) == 1


def test_a_scanner_that_opens_the_link_changes_nothing(mail: Any, time_machine: Any) -> None:
    time_machine.move_to(REMINDED_AT, tick=False)
    before = everything()
    for _ in range(5):
        assert Client().get(link_in(mail)).status_code == 200
        assert Client().head(link_in(mail)).status_code == 200
    assert everything() == before


def test_choosing_a_time_books_it_and_withdraws_the_other_steps(
    session: InjectionSession, mail: Any, time_machine: Any
) -> None:
    time_machine.move_to(REMINDED_AT, tick=False)
    browser, url = Client(), link_in(mail)
    page = browser.get(url).content.decode()
    slots = re.findall(r'name="slot" value="([^"]+)"', page)
    first = datetime.fromisoformat(slots[0].split("|")[0])
    assert first.astimezone(session.location.zone).date() == BACK_ON  # never before the earliest permitted day
    asked = browser.post(url, {"slot": slots[0]})
    assert "Is this right?" in asked.content.decode()
    assert not Appointment.objects.exists()
    booked = browser.post(url, {"slot": slots[0], "confirm": "1"})
    assert "Your visit is booked" in booked.content.decode()
    visit = Appointment.objects.get()
    follow_up = FollowUp.objects.get(session=session)
    assert (visit.starts_at, visit.booked_by, visit.follow_up) == (first, None, follow_up)
    assert follow_up.state == "booked"
    states = Letter.objects.about(follow_up).order_by("step").values_list("step", "state")
    assert list(states) == [("1", "sent"), ("2", "withdrawn"), ("3", "withdrawn")]


def test_a_used_link_books_nothing_more(mail: Any, time_machine: Any) -> None:
    time_machine.move_to(REMINDED_AT, tick=False)
    browser, url = Client(), link_in(mail)
    slots = re.findall(r'name="slot" value="([^"]+)"', browser.get(url).content.decode())
    browser.post(url, {"slot": slots[0], "confirm": "1"})
    again = browser.post(url, {"slot": slots[1], "confirm": "1"})
    assert again.status_code == 410
    assert "it is on Monday 24 May 2027" in again.content.decode()
    assert "This link has done its work" in again.content.decode()
    assert "Look for a newer e-mail" not in again.content.decode()
    assert "Meenal" not in again.content.decode()
    assert "Dr " not in again.content.decode()
    assert Appointment.objects.count() == 1


def test_a_slot_taken_meanwhile_is_told_and_others_offered(
    session: InjectionSession, mail: Any, time_machine: Any
) -> None:
    time_machine.move_to(REMINDED_AT, tick=False)
    browser, url = Client(), link_in(mail)
    slot = re.findall(r'name="slot" value="([^"]+)"', browser.get(url).content.decode())[0]
    starts_at = datetime.fromisoformat(slot.split("|")[0])
    Appointment.objects.create(
        patient=a_patient(given_name="Rekha"),
        clinician=session.clinician,
        location=session.location,
        type=AppointmentType.objects.get(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        occupied_until=starts_at + timedelta(minutes=45),
        booked_at=REMINDED_AT,
    )
    answer = browser.post(url, {"slot": slot, "confirm": "1"})
    assert answer.status_code == 409
    assert "not free any more" in answer.content.decode()
    assert 'name="slot"' in answer.content.decode()


def test_one_click_stops_the_reminders_and_a_look_does_not(
    session: InjectionSession, mail: Any, sink: sinks.Sink, time_machine: Any
) -> None:
    time_machine.move_to(REMINDED_AT, tick=False)
    url = re.sub(r"^<http://testserver|>$", "", mail["List-Unsubscribe"])
    Client().get(url)
    wishes = Patient.objects.filter(pk=session.patient_id).values_list("wants_reminders", flat=True)
    assert wishes.get() is True
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wishes.get() is False
    work(datetime(2027, 5, 24, 4, 0, tzinfo=UTC))
    assert len(sink.taken) == 1
    follow_up = FollowUp.objects.get(session=session)
    assert (follow_up.where, follow_up.reason) == ("call_list", "opted_out")
