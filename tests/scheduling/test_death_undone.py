"""A death written down by mistake and taken back: what the patient was to get is owed again. By hand, March 2027."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.models import Patient
from patients.registration import PersonFacts, amend
from tests.scheduling.made import NOW, clinic, someone
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=30)


def dies_and_lives_on(patient: Patient, by: User, *, lives_at: datetime) -> None:
    for day, at in ((date(2027, 3, 1), NOW + timedelta(minutes=5)), (None, lives_at)):
        patient.refresh_from_db()
        facts = replace(PersonFacts.of(patient), deceased_on=day)
        amend(patient=patient, seen_version=patient.version, facts=facts, by=by, now=at)


def waiting(patient: Patient, kind: str) -> list[str]:
    found = Letter.objects.for_person(patient).of_kind(kind).filter(state="queued").order_by("due_at")
    return list(found.values_list("step", flat=True))


def test_questions_after_a_session_are_asked_again_from_here_on() -> None:
    doctor = a_user(Role.CLINICIAN)
    session = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    dies_and_lives_on(session.patient, doctor, lives_at=NOW + timedelta(days=10))
    assert waiting(session.patient, "check_in")[:3] == ["14", "28", "42"]  # days 2 and 7 went by
    assert len(waiting(session.patient, "follow_up_due")) == 3


def test_a_visit_to_come_is_reminded_of_and_its_form_asked_for_again() -> None:
    here, patient = clinic(), someone()
    here.visit("10:30", day=date(2027, 3, 8), patient=patient)
    dies_and_lives_on(patient, here.desk, lives_at=LATER)
    kinds = Letter.objects.for_person(patient).filter(state="queued").order_by("letter", "step")
    assert list(kinds.values_list("letter", "step")) == [
        ("appointment_confirmed", ""),
        ("appointment_reminder", "1"),
        ("appointment_reminder", "3"),
        ("intake_invitation", ""),
        ("intake_nudge", ""),
    ]


def test_nothing_is_owed_of_a_visit_that_went_by_meanwhile() -> None:
    here, patient = clinic(), someone()
    here.visit("10:30", patient=patient)
    dies_and_lives_on(patient, here.desk, lives_at=NOW + timedelta(days=2))
    assert not Letter.objects.for_person(patient).filter(state="queued").exists()
