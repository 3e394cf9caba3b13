"""What changes about a person moves their follow-up with them, and never sends a burst. Dates by hand.

Treated on Monday 1 March 2027, 84 days: first letter 10 May, to be back 24 May, overdue letter 3 June, call 10 June.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients import hooks, registration
from patients.models import Patient
from patients.preferences import resume_reminders, stop_reminders
from patients.registration import PersonFacts
from scheduling import booking, checking_in, following_up, owing, unsettled
from scheduling.models import Appointment, FollowUp
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.patients.making import client_of
from tests.scheduling.test_following_up import BACK_ON, NOW, at_nine, follow_up_of, letters_of, visit
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments import planning
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
FIRST, OVERDUE = date(2027, 5, 10), date(2027, 6, 3)


def amend(session: InjectionSession, *, now: datetime = NOW, **changes: Any) -> Patient:
    patient = Patient.objects.get(pk=session.patient_id)
    facts = replace(PersonFacts.of(patient), **changes)
    return registration.amend(patient=patient, seen_version=patient.version, facts=facts, by=session.clinician, now=now)


def stands(session: InjectionSession) -> tuple[str, str, str]:
    one = follow_up_of(session)
    return one.state, one.where, one.reason


def waiting(session: InjectionSession) -> list[tuple[str, str, datetime]]:
    """The letters about coming back that wait: edition, step, when."""
    live = Letter.objects.about(follow_up_of(session)).live().order_by("due_at")
    return [(row.edition, row.step, row.due_at) for row in live]


def could_not_go(session: InjectionSession, reason: str, *, step: str = "1") -> None:
    """What delivery writes when a step finds nobody to write to."""
    one = follow_up_of(session)
    Letter.objects.about(one).filter(step=step).update(
        state="withdrawn", reason=reason, where="call_list", ended_at=at_nine(FIRST)
    )
    following_up.hand_to_a_person(follow_up_id=one.public_id, where="call_list", reason=reason)


def test_lists_of_deeds_on_people_are_pinned() -> None:
    assert following_up.patient_died in hooks.on_deceased
    assert hooks.on_death_undone == [following_up.patient_lives, checking_in.patient_lives, owing.patient_lives]
    assert following_up.preferences_changed in hooks.on_preferences_changed
    assert following_up.address_changed in hooks.on_address_changed


def test_who_opts_in_again_gets_one_letter_for_what_was_missed_and_the_next_on_its_day(
    session: InjectionSession,
) -> None:
    could_not_go(session, "opted_out")
    patient = session.patient
    stop_reminders(patient=patient, by=None, now=NOW)
    assert stands(session) == ("pending", "call_list", "opted_out")
    resume_reminders(patient=patient, by=None, now=at_nine(FIRST) + timedelta(days=2))
    assert stands(session) == ("pending", "letters", "")
    assert waiting(session) == [
        ("1.1", "1", at_nine(date(2027, 5, 13))), ("1", "2", at_nine(BACK_ON)), ("1", "3", at_nine(OVERDUE)),
    ]  # fmt: skip


def test_a_step_within_a_week_says_it_and_no_letter_is_added(session: InjectionSession) -> None:
    could_not_go(session, "opted_out")
    stop_reminders(patient=session.patient, by=None, now=NOW)
    resume_reminders(patient=session.patient, by=None, now=at_nine(date(2027, 5, 18)))
    assert [edition for edition, _step, _due in waiting(session)] == ["1", "1"]


def test_opted_out_before_the_day_stays_until_the_day_and_is_called_then(session: InjectionSession) -> None:
    stop_reminders(patient=session.patient, by=None, now=NOW)
    assert stands(session) == ("pending", "letters", "")


@pytest.mark.parametrize("reason", ["no_address", "address_suspended", "failed"])
def test_new_address_takes_the_patient_back_to_the_letters(session: InjectionSession, reason: str) -> None:
    could_not_go(session, reason)
    if reason == "address_suspended":
        Patient.objects.filter(pk=session.patient_id).update(email_suspended_at=NOW)
    amend(session, email="new@patients.example", now=at_nine(FIRST) + timedelta(days=2))
    assert stands(session) == ("pending", "letters", "")
    assert [edition for edition, _step, _due in waiting(session)] == ["1.1", "1", "1"]


def test_address_taken_away_says_so_on_the_call_list(session: InjectionSession) -> None:
    could_not_go(session, "address_suspended")
    amend(session, email="", has_no_email=True)
    assert stands(session) == ("pending", "call_list", "no_address")


def test_who_did_not_come_stays_on_the_call_list_whatever_their_address(session: InjectionSession) -> None:
    FollowUp.objects.update(where="call_list", reason="visit_no_show")
    amend(session, email="new@patients.example")
    assert stands(session) == ("pending", "call_list", "visit_no_show")


def test_death_closes_and_its_undoing_owes_again_without_a_burst(session: InjectionSession) -> None:
    """BTX-023: marked on the day before the first letter, undone when two steps have gone by."""
    amend(session, deceased_on=date(2027, 3, 1), now=at_nine(date(2027, 5, 9)))
    assert stands(session) == ("closed", "closed", "deceased")
    assert waiting(session) == []
    amend(session, deceased_on=None, now=at_nine(date(2027, 5, 26)) + timedelta(hours=1))
    assert stands(session) == ("pending", "letters", "")
    assert waiting(session) == [("1.1", "2", at_nine(date(2027, 5, 27))), ("1", "3", at_nine(OVERDUE))]


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_to_who_died_and_one_letter_after_the_correction(doctor: User, settings: Any) -> None:
    """BTX-023: nothing from the moment of marking, also nothing queued; after the correction one letter, not three."""
    session = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    Letter.objects.exclude(letter="follow_up_due").update(state="withdrawn", reason="undone", ended_at=NOW)
    amend(session, deceased_on=date(2027, 3, 1), now=at_nine(date(2027, 5, 9)))
    with sinks.running() as (sink, port):
        use_server(settings, port)
        for day in (date(2027, 5, 10), BACK_ON):
            work(at_nine(day) + timedelta(minutes=1))
        assert sink.taken == []
        amend(session, deceased_on=None, now=at_nine(date(2027, 5, 25)))
        for number in range(4):
            work(at_nine(date(2027, 5, 25)) + timedelta(days=number, minutes=1))
        assert len(sink.taken) == 1


def test_death_by_import_closes_nothing_that_is_not_there_and_registers_no_letter(doctor: User) -> None:
    """BTX-023: who is loaded as having died is never owed a letter."""
    place = ready_to_sign(doctor, NOW).location
    patient = registration.register(
        facts=PersonFacts(given_name="Kanti", email="kanti@patients.example", deceased_on=date(2027, 1, 5)),
        location=place, by=None, now=NOW,
    )  # fmt: skip
    assert not Letter.objects.for_person(patient).exists()


def test_visits_of_who_died_are_listed_for_somebody_to_cancel(session: InjectionSession) -> None:
    """BTX-023: future appointments are listed for staff to cancel."""
    booked = visit(session, BACK_ON)
    amend(session, deceased_on=date(2027, 3, 1))
    desk = a_user(Role.FRONT_DESK)
    (row,) = unsettled.visits_to_settle(user=desk, now=NOW)
    assert (row.visit, row.reason, row.is_to_move) == (booked, "deceased", False)
    browser = client_of(desk)
    page = browser.get(reverse("scheduling:today")).content.decode()
    assert "Visits to move or cancel" in page
    assert "The patient has died." in page


def test_visit_that_still_stands_keeps_the_follow_up_when_a_death_is_undone(session: InjectionSession) -> None:
    visit(session, BACK_ON)
    amend(session, deceased_on=date(2027, 3, 1))
    amend(session, deceased_on=None)
    assert stands(session) == ("booked", "letters", "")
    assert waiting(session) == []


def test_death_undone_after_the_plan_was_stopped_owes_nothing(session: InjectionSession, doctor: User) -> None:
    amend(session, deceased_on=date(2027, 3, 1))
    planning.stop(plan=session.plan, reason="Has died", by=doctor, now=NOW)
    amend(session, deceased_on=None)
    assert stands(session) == ("closed", "closed", "deceased")


def cancelled(booked: Appointment, by: User, now: datetime) -> None:
    booking.cancel(appointment=booked, reason="Travels", by=by, now=now)


def not_there(booked: Appointment, by: User, now: datetime) -> None:
    booking.mark_no_show(appointment=booked, by=by, now=now)


def left(booked: Appointment, by: User, now: datetime) -> None:
    booking.check_in(appointment=booked, by=by, now=now)
    booking.mark_left(appointment=booked, by=by, now=now)


@pytest.mark.parametrize(
    ("deed", "where", "reason"),
    [
        (cancelled, "letters", "visit_cancelled"),
        (not_there, "call_list", "visit_no_show"),
        (left, "call_list", "visit_left"),
    ],
)
def test_visit_that_is_gone_owes_one_letter_for_the_steps_gone_by(
    session: InjectionSession, deed: Callable[[Appointment, User, datetime], None], where: str, reason: str
) -> None:
    """The visit was on 26 May: steps of 10 and 24 May went by unsent; one letter the next open morning, then 3 June."""
    booked = visit(session, date(2027, 5, 26))
    deed(booked, session.clinician, at_nine(date(2027, 5, 26)) + timedelta(hours=3))
    assert stands(session) == ("pending", where, reason)
    assert waiting(session) == [("1.1", "2", at_nine(date(2027, 5, 27))), ("1", "3", at_nine(OVERDUE))]


def test_cancelled_twice_owes_one_letter_at_a_time(session: InjectionSession) -> None:
    now = at_nine(date(2027, 5, 12))
    for _twice in range(2):
        booked = visit(session, BACK_ON, now=now)
        cancelled(booked, session.clinician, now)
    assert [edition for edition, step, _due in waiting(session) if step == "1"] == ["1.2"]


def test_visit_that_went_by_with_nothing_written_down_is_asked_about(session: InjectionSession) -> None:
    visit(session, BACK_ON)
    assert following_up.sweep(at_nine(BACK_ON) + timedelta(hours=20)) == 0
    assert following_up.sweep(at_nine(BACK_ON) + timedelta(hours=26)) == 1
    assert stands(session) == ("pending", "call_list", "visit_gone_by")
    assert {state for _step, state, _due in letters_of(follow_up_of(session))} == {"withdrawn"}
