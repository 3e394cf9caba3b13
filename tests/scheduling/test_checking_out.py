"""The next visit in one press at check-out. Treated Monday 1 March 2027 at ten in Ahmedabad; back Monday 24 May."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling import booking, checking_out
from scheduling.errors import AlreadyBooked, BookedAndCancelled
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp, ProviderHours
from tests.patients.making import client_of
from tests.scheduling.test_following_up import BACK_ON, NOW, follow_up_of, letters_of
from tests.treatments.people import a_patient
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    """Signed at ten on a Monday; the clinician works Mondays and Tuesdays, nine to six."""
    session = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    AppointmentType.objects.create(name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30)
    for weekday in (0, 1):
        ProviderHours.objects.create(
            clinician=doctor, location=session.location, weekday=weekday, starts=time(9), ends=time(18)
        )
    return session


@pytest.fixture
def at_the_desk(desk: User) -> Client:
    return client_of(desk)


def local(follow_up: FollowUp, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), follow_up.location.zone)


def take(session: InjectionSession, starts_at: datetime) -> None:
    """Somebody else holds this time."""
    kind = AppointmentType.objects.get(name="Injection")
    Appointment.objects.create(
        patient=a_patient(given_name="Rekha"), clinician=session.clinician, location=session.location, type=kind,
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30),
        occupied_until=starts_at + timedelta(minutes=30), booked_at=NOW,
    )  # fmt: skip


def test_offer_is_the_same_weekday_and_time_on_the_day_to_be_back(session: InjectionSession, doctor: User) -> None:
    one = follow_up_of(session)
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    assert (offered.slot.starts_at, offered.slot.clinician, offered.is_same_time) == (
        local(one, BACK_ON, 10), doctor, True,
    )  # fmt: skip


def test_taken_the_nearest_free_time_of_that_weekday_is_offered(session: InjectionSession) -> None:
    one = follow_up_of(session)
    take(session, local(one, BACK_ON, 10))
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    assert (offered.slot.starts_at, offered.is_same_time) == (local(one, BACK_ON, 9, 30), False)


def test_day_that_is_closed_gives_way_to_the_next_such_weekday(session: InjectionSession) -> None:
    one = follow_up_of(session)
    one.location.closures.create(on=BACK_ON)
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    assert offered.slot.starts_at == local(one, BACK_ON + timedelta(days=7), 10)


def test_nothing_free_offers_nothing(session: InjectionSession) -> None:
    ProviderHours.objects.all().delete()
    assert checking_out.offer(follow_up_of(session), now=NOW) is None


def press(browser: Client, follow_up: FollowUp, offered: checking_out.NextVisit, pressed: str) -> Any:
    slot = offered.slot
    return browser.post(
        reverse("scheduling:book_next", args=[follow_up.public_id]),
        {
            "pressed": pressed,
            "type": str(slot.type.public_id),
            "slot": f"{slot.starts_at.isoformat()}|{slot.clinician.public_id}|",
        },
        follow=True,
    )


def test_one_press_books_and_turns_the_reminders_into_a_confirmation(
    session: InjectionSession, at_the_desk: Client
) -> None:
    one = follow_up_of(session)
    fragment = at_the_desk.get(reverse("scheduling:next_visit", args=[session.patient.public_id])).content.decode()
    assert f"Book Mon 24 May 2027 10:00 with {session.clinician.full_name}" in fragment
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    page = press(at_the_desk, one, offered, str(uuid4())).content.decode()
    visit = Appointment.objects.get(follow_up=one)
    assert "booked for Mon 24 May 2027, 10:00" in page
    assert reverse("scheduling:undo_booking", args=[visit.public_id]) in page
    one.refresh_from_db()
    assert one.state == "booked"
    assert {state for _step, state, _due in letters_of(one)} == {"withdrawn"}
    confirmation = Letter.objects.about(visit).get(letter="appointment_confirmed")
    assert confirmation.due_at == visit.booked_at + timedelta(seconds=10)
    assert at_the_desk.get(reverse("scheduling:next_visit", args=[session.patient.public_id])).content.strip() == b""
    at_the_desk.post(reverse("scheduling:undo_booking", args=[visit.public_id]))
    one.refresh_from_db()
    confirmation.refresh_from_db()
    assert (one.state, confirmation.state) == ("pending", "withdrawn")
    assert {state for _step, state, _due in letters_of(one)} == {"queued"}


def test_two_presses_book_once(session: InjectionSession, at_the_desk: Client) -> None:
    one = follow_up_of(session)
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    pressed = str(uuid4())
    for again in (pressed, pressed, str(uuid4())):
        press(at_the_desk, one, offered, again)
    assert Appointment.objects.filter(follow_up=one).count() == 1


def test_press_of_another_page_for_another_time_is_refused(session: InjectionSession, desk: User) -> None:
    one = follow_up_of(session)
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    checking_out.book_next(follow_up=one, slot=offered.slot, pressed=str(uuid4()), by=desk, now=NOW)
    other = booking.Slot(
        clinician=offered.slot.clinician, location=one.location, room=None, type=offered.slot.type,
        starts_at=offered.slot.starts_at + timedelta(days=7),
    )  # fmt: skip
    with pytest.raises(AlreadyBooked):
        checking_out.book_next(follow_up=one, slot=other, pressed=str(uuid4()), by=desk, now=NOW)


def test_button_that_was_taken_back_books_nothing_behind_ones_back(session: InjectionSession, desk: User) -> None:
    one = follow_up_of(session)
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    pressed = str(uuid4())
    visit = checking_out.book_next(follow_up=one, slot=offered.slot, pressed=pressed, by=desk, now=NOW)
    booking.cancel(appointment=visit, reason="Taken back", by=desk, now=NOW)
    with pytest.raises(BookedAndCancelled):
        checking_out.book_next(follow_up=one, slot=offered.slot, pressed=pressed, by=desk, now=NOW)


def test_time_taken_meanwhile_is_said_and_nothing_is_booked(session: InjectionSession, at_the_desk: Client) -> None:
    one = follow_up_of(session)
    offered = checking_out.offer(one, now=NOW)
    assert offered is not None
    take(session, offered.slot.starts_at)
    assert "has just been taken" in press(at_the_desk, one, offered, str(uuid4())).content.decode()
    assert not Appointment.objects.filter(follow_up=one).exists()


def test_junk_is_told_and_books_nothing(session: InjectionSession, at_the_desk: Client) -> None:
    answer = at_the_desk.post(
        reverse("scheduling:book_next", args=[follow_up_of(session).public_id]), {"slot": "soon"}, follow=True
    )
    assert "Not booked" in answer.content.decode()
