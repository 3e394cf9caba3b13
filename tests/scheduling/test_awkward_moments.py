"""The right letter at awkward moments: days that move, two visits at one call, an address put right. By hand."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinic.outbox import delivery
from clinic.outbox.models import Letter
from clinic.outbox.writing import Ready, decide
from clinic.staff.models import User
from patients.preferences import stop_reminders
from patients.registration import PersonFacts, amend
from scheduling import booking, following_up
from scheduling.models import FollowUp
from tests.scheduling.owed import a_follow_up, at_nine, went
from tests.scheduling.owed import letters_of as by_step
from tests.scheduling.test_following_up import BACK_ON, NOW, follow_up_of, letters_of, visit
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db


def test_visit_booked_before_its_session_was_signed_keeps_the_follow_up(doctor: User) -> None:
    """Two visits at one call, nothing owed yet: no letter asks to plan what is booked, until it is cancelled."""
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    first, second = visit(draft, BACK_ON), visit(draft, BACK_ON + timedelta(weeks=12))
    assert (first.follow_up, second.follow_up) == (None, None)
    session = signed(draft, doctor, NOW)
    found = follow_up_of(session)
    assert found.state == "booked"
    assert {state for _step, state, _at in letters_of(found)} == {"withdrawn"}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.follow_up, second.follow_up) == (found, None)  # the later one is of the cycle to come
    booking.cancel(appointment=first, reason="Travels", by=doctor, now=NOW)
    found.refresh_from_db()
    assert (found.state, found.reason) == ("pending", "visit_cancelled")
    assert {state for _step, state, _at in letters_of(found)} == {"queued"}


def test_visit_booked_too_early_before_the_session_was_signed_is_told_the_desk(doctor: User) -> None:
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    visit(draft, BACK_ON - timedelta(days=14))
    found = follow_up_of(signed(draft, doctor, NOW))
    assert (found.state, found.where, found.reason) == ("booked", "call_list", "visit_too_early")


def test_who_cancels_late_gets_the_letter_before_the_call(session: InjectionSession, doctor: User) -> None:
    """All steps have gone by: one letter tomorrow morning, and a call seven days after it, not today."""
    booked = visit(session, BACK_ON + timedelta(days=35))
    later = NOW + timedelta(days=110)
    booking.cancel(appointment=booked, reason="Travels", by=doctor, now=later)
    following_up.sweep(later)
    found = follow_up_of(session)
    tomorrow = date(2027, 6, 20)
    assert [due.date() for _step, state, due in letters_of(found) if state == "queued"] == [tomorrow]
    assert (found.where, found.next_step_on) == ("letters", tomorrow + timedelta(days=7))
    following_up.sweep(later + timedelta(days=9))
    found.refresh_from_db()
    assert (found.where, found.reason) == ("call_list", "no_answer")


@pytest.mark.parametrize("state", ["failed", "uncertain", "withdrawn"])
def test_letter_on_its_way_takes_nobody_off_the_clinicians_list(session: InjectionSession, state: str) -> None:
    """The event came in while a mail server had the letter: whatever it says, the clinician sees to the patient."""
    found = follow_up_of(session)
    FollowUp.objects.filter(pk=found.pk).update(where="clinician_list", reason="serious_event")
    reason = "opted_out" if state == "withdrawn" else state
    following_up.hand_to_a_person(follow_up_id=found.public_id, where="call_list", reason=reason)
    found.refresh_from_db()
    assert (found.where, found.reason) == ("clinician_list", "serious_event")


def test_first_letter_whose_day_goes_by_as_the_days_move_goes_today(doctor: User) -> None:
    """To be back after 16 weeks, first letter on day 98; on day 75 the days are counted anew: back on day 84."""
    found = a_follow_up(doctor, NOW)
    injected_on = NOW.date()
    FollowUp.objects.filter(pk=found.pk).update(
        book_by_on=injected_on + timedelta(days=112), reminder_on=injected_on + timedelta(days=98)
    )
    found.refresh_from_db()
    Letter.objects.about(found).update(due_at=at_nine(found, injected_on + timedelta(days=98)))
    said_at = NOW + timedelta(days=75)
    following_up.plan_revised(plan=found.plan, by=doctor, now=said_at)
    found.refresh_from_db()
    assert found.book_by_on == injected_on + timedelta(days=84)
    today, back_on = at_nine(found, said_at.date()), at_nine(found, injected_on + timedelta(days=84))
    assert by_step(found)["1"] == ("queued", today)
    assert by_step(found)["2"] == ("queued", back_on)


def test_first_letter_that_went_does_not_go_again_as_the_days_move(doctor: User) -> None:
    found = a_follow_up(doctor, NOW)
    injected_on = NOW.date()
    FollowUp.objects.filter(pk=found.pk).update(book_by_on=injected_on + timedelta(days=88))
    went(found, "1", at_nine(found, injected_on + timedelta(days=74)))
    following_up.plan_revised(plan=found.plan, by=doctor, now=NOW + timedelta(days=75))
    found.refresh_from_db()
    assert (found.book_by_on, by_step(found)["1"][0]) == (injected_on + timedelta(days=84), "sent")


def ready(session: InjectionSession) -> tuple[Letter, Ready, datetime]:
    """A worker has claimed and written the first letter, and is greeting the mail server."""
    letter = Letter.objects.about(follow_up_of(session)).get(step="1")
    now = letter.due_at + timedelta(minutes=1)
    Letter.objects.filter(person_public_id=session.patient.public_id).exclude(pk=letter.pk).update(
        state="withdrawn", reason="undone", ended_at=now
    )
    claimed = delivery.claim(letter.pk, now=now)
    assert claimed is not None
    written = decide(claimed, now=now)
    assert isinstance(written, Ready)
    return claimed, written, now


@pytest.mark.django_db(transaction=True)
def test_letter_written_to_the_old_address_is_not_handed_over(session: InjectionSession, doctor: User) -> None:
    claimed, written, now = ready(session)
    patient = session.patient
    patient.refresh_from_db()
    facts = replace(PersonFacts.of(patient), email="meenal.new@patients.example")
    amend(patient=patient, seen_version=patient.version, facts=facts, by=doctor, now=now)
    assert not delivery.note_handing_over(claimed, written)
    anew = delivery.claim(claimed.pk, now=now)
    assert anew is not None
    again = decide(anew, now=now)
    assert isinstance(again, Ready)
    assert again.envelope.recipient == "meenal.new@patients.example"


@pytest.mark.django_db(transaction=True)
def test_letter_of_who_stopped_them_meanwhile_is_not_handed_over(session: InjectionSession) -> None:
    claimed, written, now = ready(session)
    stop_reminders(patient=session.patient, by=None, now=now)
    assert not delivery.note_handing_over(claimed, written)
    assert delivery.deliver(claimed.pk, now=now) == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_letter_of_who_changed_nothing_is_handed_over(session: InjectionSession) -> None:
    claimed, written, _now = ready(session)
    assert delivery.note_handing_over(claimed, written)
