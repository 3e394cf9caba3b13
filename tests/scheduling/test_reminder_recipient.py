"""To whom a reminder goes at the moment of sending, and the clinic's time it states. Cases of real systems, by id."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from scheduling import booking
from scheduling.models import Appointment, AppointmentKind, AppointmentType, ProviderHours
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.patients.making import client_of
from tests.scheduling.test_following_up import at_nine, follow_up_of, visit
from tests.scheduling.test_too_early import treated_again
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments import planning
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db(transaction=True)
TREATED_AT = datetime(2026, 10, 19, 4, 30, tzinfo=UTC)
"""A Monday: to be back on Monday 11 January 2027, first letter on 28 December."""
BACK_ON = date(2027, 1, 11)


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    """Signed; only the letters about coming back are left."""
    session = signed(ready_to_sign(doctor, TREATED_AT, email="meenal@patients.example"), doctor, TREATED_AT)
    silence(session)
    return session


def silence(session: InjectionSession) -> None:
    """Leave the letters about coming back alone in the outbox."""
    about = follow_up_of(session).public_id
    Letter.objects.live().exclude(about_public_id=about).update(state="withdrawn", reason="undone", ended_at=TREATED_AT)


@pytest.fixture
def sink(settings: Any) -> Iterator[sinks.Sink]:
    settings.PUBLIC_URL = "http://testserver"
    with sinks.running() as (found, port):
        use_server(settings, port)
        yield found


def test_plan_stopped_before_the_window_opens_sends_nothing(
    session: InjectionSession, doctor: User, sink: sinks.Sink
) -> None:
    """BTX-022: the plan stopped on 20 December; its reminder would have gone on the 28th."""
    planning.stop(plan=session.plan, reason="No benefit", by=doctor, now=at_nine(date(2026, 12, 20)))
    work(at_nine(date(2026, 12, 28)) + timedelta(minutes=1))
    assert sink.taken == []
    said = Letter.objects.about(follow_up_of(session)).values_list("state", "reason").distinct()
    assert list(said) == [("withdrawn", "plan_stopped")]


def test_state_is_read_when_the_letter_goes_and_not_when_it_was_queued(
    session: InjectionSession, doctor: User, sink: sinks.Sink
) -> None:
    """BTX-022: the rows say that the plan is over although nobody told the letters; still nothing goes."""
    type(session.plan).objects.filter(pk=session.plan_id).update(state="stopped", state_reason="No benefit")
    work(at_nine(date(2026, 12, 28)) + timedelta(minutes=1))
    assert sink.taken == []
    first = Letter.objects.about(follow_up_of(session)).get(step="1")
    assert (first.state, first.reason, first.why) == ("withdrawn", "plan_ended", first.reason_text)


def test_visit_cancelled_five_minutes_before_its_reminder_is_not_reminded_of(
    session: InjectionSession, doctor: User, sink: sinks.Sink
) -> None:
    """BTX-022: cancelled at 09:00, the reminder due then; the record says that it was cancelled."""
    booked = visit(session, BACK_ON, now=TREATED_AT)
    Letter.objects.exclude(letter="appointment_reminder").filter(state="queued").update(
        state="withdrawn", reason="undone", ended_at=TREATED_AT
    )
    reminders = Letter.objects.about(booked).of_kind("appointment_reminder")
    due = reminders.order_by("due_at").values_list("due_at", flat=True)[0]
    booking.cancel(appointment=booked, reason="Travels", by=doctor, now=due - timedelta(minutes=5))
    Letter.objects.about(follow_up_of(session)).live().update(state="withdrawn", reason="undone", ended_at=due)
    work(due)
    assert sink.taken == []
    assert set(reminders.values_list("state", "reason")) == {("withdrawn", "cancelled")}


def test_patient_who_came_early_gets_no_more_of_the_old_reminders(
    session: InjectionSession, doctor: User, sink: sinks.Sink
) -> None:
    """BTX-025: reminded on 28 December, injected on the 30th; the job of each day to 12 January sends nothing more."""
    work(at_nine(date(2026, 12, 28)) + timedelta(minutes=1))
    assert len(sink.taken) == 1
    second = treated_again(session, doctor, datetime(2026, 12, 30, 4, 30, tzinfo=UTC))
    silence(second)
    for number in range(29, 44):
        work(at_nine(date(2026, 12, 1) + timedelta(days=number - 1)) + timedelta(minutes=1))
    assert len(sink.taken) == 1
    assert (follow_up_of(session).state, follow_up_of(second).book_by_on) == ("done_early", date(2027, 3, 24))


def test_time_booked_from_abroad_is_the_clinics_with_its_zone(
    session: InjectionSession, doctor: User, sink: sinks.Sink, time_machine: Any
) -> None:
    """BTX-016: 10:30 India time is 05:00Z, on the clinic's page, the patient's page and in the letter alike."""
    AppointmentType.objects.create(name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30)
    ProviderHours.objects.create(
        clinician=doctor, location=session.location, weekday=0, starts=time(10, 30), ends=time(11)
    )
    time_machine.move_to(at_nine(date(2026, 12, 28)) + timedelta(minutes=1), tick=False)
    work(at_nine(date(2026, 12, 28)) + timedelta(minutes=1))
    text = sink.taken[0].get_body(("plain",)).get_content()
    url = re.search(r"http://testserver(/b/\S+)", text)
    assert url
    abroad, page = Client(headers={"accept-language": "en-GB"}), f"{url[1]}?zone=Europe/London"
    slot = re.findall(r'name="slot" value="([^"]+)"', abroad.get(page).text)[0]
    kept = abroad.post(page, {"slot": slot}).text
    assert "10:30 to 11:00 India time" in kept
    assert "05:00 to 05:30 London time" in kept
    assert "10:30 India time" in abroad.post(page, {"slot": slot, "confirm": "1"}).text
    booked = Appointment.objects.get(follow_up=follow_up_of(session))
    assert booked.starts_at == datetime(2027, 1, 11, 5, 0, tzinfo=UTC)
    work(at_nine(date(2026, 12, 28)) + timedelta(minutes=2))
    confirmation = sink.taken[-1]
    assert "10:30 India time" in confirmation["Subject"]
    desk = client_of(a_user(Role.FRONT_DESK))
    page = desk.get(reverse("scheduling:appointment", args=[booked.public_id])).content.decode()
    assert "Mon 11 Jan 2027, 10:30" in page
