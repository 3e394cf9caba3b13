"""F25: a reminder that comes back puts the patient on the call list; a trusted address sends letters again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from clinic.outbox.bounces import Outcome, take
from clinic.outbox.marks import mark_of
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.models import Patient
from patients.suspending import try_again
from scheduling.models import FollowUp
from tests.outbox.returned_mails import ADDRESS, LETTER, mail
from tests.patients.making import client_of
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.calling import LETTER as CALLED
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession, ReportCall
from treatments.symptom_reports import report_symptoms

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
SENT_AT = datetime(2027, 5, 10, 4, 0, tzinfo=UTC)


@pytest.fixture
def session(doctor: User, time_machine: Any) -> InjectionSession:
    time_machine.move_to(NOW, tick=False)
    return signed(ready_to_sign(doctor, NOW, email=ADDRESS), doctor, NOW)


def back(letter: Letter, name: str, to: str = ADDRESS) -> str:
    """A mail server took the letter and sent it back."""
    own = f"<{letter.public_id}@kadamb.example>"
    Letter.objects.filter(pk=letter.pk).update(
        state="sent", attempt=1, handing_over_at=SENT_AT, sent_at=SENT_AT, ended_at=SENT_AT, message_id=own,
        sent_to=mark_of(to),
    )  # fmt: skip
    raw = (
        mail(name).replace(str(LETTER).encode(), str(letter.public_id).encode()).replace(ADDRESS.encode(), to.encode())
    )
    return take(raw, now=SENT_AT + timedelta(hours=1))


def stands(session: InjectionSession) -> tuple[str, str, str]:
    follow_up = FollowUp.objects.get(session=session)
    return follow_up.state, follow_up.where, follow_up.reason


@pytest.mark.parametrize("name", ["postfix_unknown_user", "gmail_full"])
def test_a_reminder_that_came_back_is_a_call_until_the_address_is_trusted(
    name: str, session: InjectionSession, doctor: User, time_machine: Any
) -> None:
    time_machine.move_to(SENT_AT + timedelta(hours=1), tick=False)
    follow_up = FollowUp.objects.get(session=session)
    letter = Letter.objects.about(follow_up).of_kind("follow_up_due").get(step="1")
    assert back(letter, name) == Outcome.TAKEN
    assert stands(session) == ("pending", "call_list", "failed")
    patient = Patient.objects.get(pk=session.patient_id)
    assert (patient.email_suspended_at is not None) is (name == "postfix_unknown_user")
    if patient.email_suspended_at:
        assert try_again(patient=patient, by=doctor, now=SENT_AT + timedelta(hours=2))
        assert stands(session)[1:] == ("letters", "")
        assert Letter.objects.about(follow_up).of_kind("follow_up_due").live().exists()


def test_a_reminder_that_is_late_is_no_call(session: InjectionSession) -> None:
    letter = Letter.objects.about(FollowUp.objects.get(session=session)).of_kind("follow_up_due").get(step="1")
    assert back(letter, "postfix_delayed") == Outcome.TAKEN
    assert stands(session) == ("pending", "letters", "")


def test_what_the_clinician_holds_stays_with_the_clinician(session: InjectionSession) -> None:
    follow_up = FollowUp.objects.get(session=session)
    FollowUp.objects.filter(pk=follow_up.pk).update(where="clinician_list", reason="plan_paused")
    letter = Letter.objects.about(follow_up).of_kind("follow_up_due").get(step="1")
    back(letter, "postfix_unknown_user")
    assert stands(session) == ("pending", "clinician_list", "plan_paused")


def test_an_urgent_word_to_a_colleague_that_came_back_calls_the_next(session: InjectionSession, doctor: User) -> None:
    another = a_user(Role.CLINICIAN)
    report = report_symptoms(
        patient=session.patient, session=session, symptoms=["choking"], words="", press=uuid4(),
        formulary=current_formulary(), by=None, now=NOW,
    )  # fmt: skip
    letter = Letter.objects.about(report).of_kind(CALLED).get(step="1")
    back(letter, "postfix_unknown_user", to=doctor.email)
    assert set(ReportCall.objects.values_list("person", flat=True)) >= {doctor.pk, another.pk}
    doctor.refresh_from_db()
    assert doctor.email_returned_at is not None


def test_messages_count_who_is_not_written_to(session: InjectionSession) -> None:
    desk: Client = client_of(a_user(Role.FRONT_DESK))
    link = "Addresses that came back</a>"
    assert link in desk.get("/letters/").content.decode()
    Patient.objects.filter(pk=session.patient_id).update(email_suspended_at=NOW)
    assert 'Addresses that came back <span class="badge badge-due">1</span>' in desk.get("/letters/").content.decode()
