"""A record restricted after a page was opened: the deed behind the page's press looks again, and writes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections, transaction
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients import closing
from patients.corrections import ask_correction
from patients.errors import RecordKept
from patients.models import Patient
from tests.patients.making import client_of
from tests.scheduling.test_races import wait_for_waiting
from tests.treatments.people import a_patient, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments import signing
from treatments.consulting import add_addendum, start_consultation
from treatments.correcting import correct_score, mark_score, take_back
from treatments.goals import review
from treatments.models import Consultation, InjectionSession, MarkKind, Score
from treatments.models.session import VoidReason
from treatments.reporting import report_wear_off
from treatments.scoring import record_score, record_weeks

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=28)
ON = date(2027, 3, 29)


def restrict(patient: Patient, by: User) -> None:
    fresh = Patient.objects.get(pk=patient.pk)
    closing.restrict(patient=fresh, ground="claim", because="File 7", kept_until_on=date(2035, 3, 1), by=by, now=NOW)


def a_score(session: InjectionSession, days: int = 9) -> Score:
    return record_score(
        patient=session.patient, plan=session.plan, instrument_key="headache_days", value=Decimal(days), taken_on=ON,
        by=session.clinician, now=LATER,
    )  # fmt: skip


DEEDS: dict[str, Callable[[InjectionSession, Score, User], Any]] = {
    "correction": lambda s, _score, _by: ask_correction(patient=s.patient, part="name", words="Meena", now=LATER),
    "goals": lambda s, _score, by: review(
        patient=s.patient, goals=(), strategies=(), reviewed_on=ON, by=by, now=LATER
    ),
    "score": lambda s, _score, _by: a_score(s, 12),
    "weeks": lambda s, _score, by: record_weeks(plan=s.plan, weeks={ON: 3}, by=by, now=LATER),
    "score corrected": lambda _s, score, by: correct_score(
        score=score, value=Decimal(8), taken_on=ON, reason="Misread", by=by, now=LATER
    ),
    "score marked": lambda _s, score, by: mark_score(
        score=score, kind=MarkKind.FLARE, reason="Flu", by=by, now=LATER
    ),
    "score taken back": lambda _s, score, by: take_back(thing=score, reason="Another's", by=by, now=LATER),
    "wearing off": lambda s, _score, by: report_wear_off(plan=s.plan, told_on=ON, by=by, now=LATER),
    "consultation": lambda s, _score, by: start_consultation(patient=s.patient, by=by, now=LATER),
    "consultation's addendum": lambda s, _score, by: add_addendum(
        consultation=Consultation.objects.get(patient=s.patient), text="Rang", by=by, now=LATER
    ),
    "session's addendum": lambda s, _score, by: signing.add_addendum(session=s, text="Rang", by=by, now=LATER),
    "session voided": lambda s, _score, by: signing.void_session(
        session=s, kind=VoidReason.NEVER_GIVEN, reason="Left", by=by, now=LATER
    ),
}  # fmt: skip


@pytest.mark.django_db
def test_no_deed_writes_into_a_record_that_was_restricted_since(time_machine: Any) -> None:
    """The rows in hand are of before, as a view's are; the control: each writes while nothing is restricted."""
    time_machine.move_to(LATER, tick=False)
    doctor = a_user(Role.CLINICIAN)
    session = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    score = a_score(session)
    for deed in DEEDS.values():
        with transaction.atomic():
            deed(session, score, doctor)
            transaction.set_rollback(True)
    restrict(session.patient, a_user(Role.MANAGER))
    before = Entry.objects.count()
    wrote = []
    for name, deed in DEEDS.items():
        with suppress(RecordKept):
            deed(session, score, doctor)
            wrote.append(name)
    assert (wrote, Entry.objects.count()) == ([], before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("is_restricted", "status"), [(True, 409), (False, 302)])
def test_press_that_waits_for_the_restriction_is_told_why(is_restricted: bool, status: int) -> None:
    """The view looked while the restriction was being written; the control is a restriction that came to nothing."""
    doctor, patient = a_user(Role.CLINICIAN), a_patient()
    browser, url = client_of(doctor), reverse("treatments:consultation_start", args=[patient.public_id])

    def press() -> Any:
        try:
            return browser.post(url)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            restrict(patient, a_user(Role.MANAGER))
            pressing = pool.submit(press)
            wait_for_waiting(1)
            transaction.set_rollback(not is_restricted)
        answer = pressing.result(20)
    assert answer.status_code == status
    assert Consultation.objects.filter(patient=patient).exists() is not is_restricted
    if is_restricted:
        assert "This record is kept by law and closed to everyday work." in answer.content.decode()


@pytest.mark.django_db
def test_signed_pages_of_a_restricted_record_say_why_they_take_nothing(time_machine: Any) -> None:
    """The control: the same pages offer the addendum and the void before."""
    time_machine.move_to(NOW, tick=False)
    doctor = a_user(Role.CLINICIAN)
    session = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    pages = {
        reverse("treatments:session", args=[session.public_id]): "session",
        reverse("treatments:consultation", args=[session.plan.consultation.public_id]): "consultation",
    }
    ways = [
        reverse("treatments:session_addendum", args=[session.public_id]),
        reverse("treatments:session_void", args=[session.public_id]),
        reverse("treatments:consultation_addendum", args=[session.plan.consultation.public_id]),
    ]
    browser, why = client_of(doctor), "Nothing is added to it or changed in it until a manager lifts the restriction."
    shown = [browser.get(page).content.decode() for page in pages]
    assert all(any(way in text for text in shown) for way in ways)
    assert not any(why in text for text in shown)
    restrict(session.patient, a_user(Role.MANAGER))
    closing.open_closed(patient=session.patient, because="Asked by court", by=doctor, now=NOW)
    shown = [browser.get(page).content.decode() for page in pages]
    assert not any(way in text for way in ways for text in shown)
    assert all(why in text for text in shown)
