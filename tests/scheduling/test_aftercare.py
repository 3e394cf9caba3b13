"""The advice after a session: once, in waking hours, for a session that stands; its page opens by the link."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient, Rendered, Suppressed, kind_for
from clinic.staff.models import User
from scheduling.models import AppointmentKind, AppointmentType, VisitPolicy
from tests.outbox.reading import rendered_for
from tests.treatments.sessions import another_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.models import InjectionSession
from treatments.models.session import VoidReason
from treatments.signing import void_session

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DUE = NOW + timedelta(hours=2)
CLINICAL = re.compile(r"toxin|botox|onabotulinum|migraine|inject|dose|unit|pain", re.IGNORECASE)


@pytest.fixture(autouse=True)
def at_this_time(time_machine: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "http://testserver"
    time_machine.move_to(NOW, tick=False)


def owed(session: InjectionSession) -> Letter:
    found: Letter = Letter.objects.about(session).of_kind("aftercare").get()
    return found


def said(letter: Letter) -> Rendered:
    return rendered_for(letter, DUE)


def link_of(session: InjectionSession) -> str:
    found = re.search(r"http://testserver(/a/\S+)", said(owed(session)).text)
    assert found
    return found[1]


def test_signing_owes_the_advice_two_hours_later_for_two_days(session: InjectionSession) -> None:
    letter = owed(session)
    assert (letter.state, letter.due_at, letter.not_after) == ("queued", DUE, DUE + timedelta(days=2))
    found = kind_for(letter.letter).recipient(letter.promise, now=DUE)
    assert isinstance(found, Recipient)
    assert (found.mail_from, found.mail_until) == (session.location.mail_from, session.location.mail_until)


def test_it_says_what_cannot_wait_and_whom_to_call_and_names_no_treatment(session: InjectionSession) -> None:
    session.location.emergency_number = "108"
    session.location.save()
    letter = said(owed(session))
    assert letter.subject == "After your visit: good to know"
    for words in ("Call 108 now", "Trouble breathing", "Call us the same day", "New trouble swallowing"):
        assert words in letter.text
    assert "Nobody watches this mailbox" in letter.text
    assert "call 108" in letter.text
    assert "Until 24 May 2027" in letter.text  # twelve weeks after the first of March
    assert CLINICAL.findall(letter.text) == []


def test_the_page_says_the_same_without_a_name(session: InjectionSession) -> None:
    page = Client().get(link_of(session))
    assert page.status_code == 200
    words = page.content.decode()
    for expected in ("After your visit", "Trouble breathing", "24 May 2027", session.clinician.full_name):
        assert expected in words
    assert session.patient.given_name not in words


def test_a_voided_session_takes_its_letter_and_its_page_back(session: InjectionSession, doctor: User) -> None:
    letter, url = owed(session), link_of(session)
    void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="Not given", by=doctor, now=NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("withdrawn", "session_voided")
    refused = kind_for(letter.letter).still_wanted(letter.promise, now=DUE)
    assert isinstance(refused, Suppressed)
    assert Client().get(url).status_code == 410


def test_who_wants_no_reminders_gets_the_advice_all_the_same(session: InjectionSession) -> None:
    assert "We will write to you" in said(owed(session)).text
    session.patient.wants_reminders = session.patient.wants_check_ins = False
    session.patient.save()
    assert "We will write to you" not in said(owed(session)).text


def test_two_sessions_of_one_day_bring_one_letter(session: InjectionSession, doctor: User) -> None:
    draft = checked(another_plan(session.plan), doctor, NOW)
    prepared(draft, some_vials(doctor, NOW, number="L2"), doctor, NOW)
    second = signed(draft, doctor, NOW)
    letters = [owed(session), owed(second)]
    answers = [kind_for(letter.letter).still_wanted(letter.promise, now=DUE) for letter in letters]
    assert sorted(answer is None for answer in answers) == [False, True]


def test_a_policy_that_is_off_owes_none(doctor: User) -> None:
    kind = AppointmentType.objects.create(
        name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30, after_buffer_minutes=0
    )
    VisitPolicy.objects.create(
        appointment_type=kind, changed_at=NOW, changed_by=doctor, reminder_days_before=[],
        nudge_days_before=None, sends_aftercare=False, asks_check_ins=True,
    )  # fmt: skip
    row = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    assert not Letter.objects.about(row).of_kind("aftercare").exists()
