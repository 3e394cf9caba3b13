"""An unresolved serious event holds the letters; "it is wearing off" makes the next visit due now. Days by hand.

Treated on Monday 1 March 2027, 84 days at the earliest: 24 May.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from scheduling import recall
from scheduling.models import FollowUp
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.treatments.events import an_event, facts_of
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.adverse_events import record_event, revise_event
from treatments.models import InjectionSession, Plan
from treatments.reporting import record_check_in

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
EARLIEST = date(2027, 5, 24)


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    Plan.objects.filter(pk=draft.plan_id).update(interval_value=16)
    draft.refresh_from_db()
    return signed(draft, doctor, NOW)


def follow_up(session: InjectionSession) -> FollowUp:
    found: FollowUp = FollowUp.objects.get(session=session)
    return found


def states(session: InjectionSession) -> set[str]:
    return set(Letter.objects.about(follow_up(session)).values_list("state", flat=True))


def resolve(session: InjectionSession, doctor: User, event: Any) -> None:
    facts = facts_of(session, is_serious=True, outcome="resolved", resolved_on=session.injected_on)
    revise_event(event=event, seen=1, facts=facts, by=doctor, now=NOW + timedelta(days=3))


def test_unresolved_serious_event_hands_the_patient_to_the_clinician(session: InjectionSession, doctor: User) -> None:
    event = an_event(session, doctor, NOW, is_serious=True)
    held = follow_up(session)
    assert (held.where, held.reason, states(session)) == ("clinician_list", "serious_event", {"withdrawn"})
    said = {letter.why for letter in Letter.objects.about(held)}
    assert said == {"The clinician sees to this patient first."}  # the desk reads it: no word of what happened
    resolve(session, doctor, event)
    free = follow_up(session)
    assert (free.where, free.reason, states(session)) == ("letters", "", {"queued"})


def test_who_is_treated_while_a_serious_event_is_not_over_stays_the_clinicians(doctor: User) -> None:
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    facts = facts_of(draft, is_serious=True, onset_on=NOW.date())
    event = record_event(patient=draft.patient, session=None, report=None, facts=facts, by=doctor, now=NOW)
    session = signed(draft, doctor, NOW)
    held = follow_up(session)
    assert (held.where, held.reason, states(session)) == ("clinician_list", "serious_event", {"withdrawn"})
    resolve(session, doctor, event)
    assert (follow_up(session).where, states(session)) == ("letters", {"queued"})


def test_event_that_is_not_serious_holds_nothing(session: InjectionSession, doctor: User) -> None:
    an_event(session, doctor, NOW)
    assert (follow_up(session).where, states(session)) == ("letters", {"queued"})


def test_plan_that_is_without_effect_waits_on_when_the_event_is_over(session: InjectionSession, doctor: User) -> None:
    FollowUp.objects.update(where="clinician_list", reason="no_effect")
    event = an_event(session, doctor, NOW, is_serious=True)
    resolve(session, doctor, event)
    assert (follow_up(session).where, follow_up(session).reason) == ("clinician_list", "no_effect")


def test_check_in_is_held_too_and_asked_of_the_clinician(
    session: InjectionSession, doctor: User, settings: Any
) -> None:
    an_event(session, doctor, NOW, is_serious=True)
    with sinks.running() as (sink, port):
        use_server(settings, port)
        work(NOW + timedelta(days=2))
        assert [message["Subject"] for message in sink.taken] == ["After your visit: good to know"]  # that goes anyhow
    first = Letter.objects.about(session).of_kind("check_in").get(step="2")
    assert (first.state, first.reason, first.where) == ("withdrawn", "serious_event", "clinician_list")


def wearing_off(session: InjectionSession, week: int) -> None:
    at = NOW + timedelta(weeks=week)
    record_check_in(
        plan=session.plan, values={}, weekly_headache_days=None, is_wearing_off=True, told_at=at, now=at
    )  # fmt: skip


def test_wearing_off_makes_the_next_visit_due_now_and_the_letter_goes_at_once(session: InjectionSession) -> None:
    assert follow_up(session).reminder_on == date(2027, 5, 10)
    wearing_off(session, week=9)
    due = follow_up(session)
    assert (due.book_by_on, due.reminder_on, due.reason) == (EARLIEST, date(2027, 5, 3), "wearing_off")
    first = Letter.objects.about(due).get(step="1")
    assert (first.state, first.due_at) == ("queued", datetime(2027, 5, 3, 3, 30, tzinfo=UTC))


def test_wearing_off_stands_among_those_due_on_the_recall_list(session: InjectionSession, doctor: User) -> None:
    wearing_off(session, week=10)
    FollowUp.objects.update(state="reminded")
    (row,) = recall.rows(user=a_user(Role.FRONT_DESK), today=date(2027, 5, 10), wanted=recall.Wanted(group="due"))
    assert row.reason == "wearing_off"
