"""Check-ins: owed at signing on the days of the catalogue, each once, and taken back with what they are about.

By hand from Monday 1 March 2027, chronic migraine, default end 12 weeks, asked until 1.5 x 12 = 18 weeks (5 July).
Symptoms: days 2, 7, 14, 42. Scores: weeks 1, 2, 4, 6, 8, 10, 12, then every 2. Source: rules.json, adverse_events.json.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from clinic.locations.models import Closure, Location
from clinic.outbox.deeds import withdraw
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.merging import merge
from patients.models import Patient
from scheduling import checking_in, recall, timing
from scheduling.models import AppointmentType, FollowUp, VisitPolicy
from scheduling.recall import unasked
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.treatments.people import a_location, a_patient, a_user
from tests.treatments.sessions import another_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.formulary import Formulary
from treatments.models import InjectionSession, SymptomReport
from treatments.models.session import VoidReason
from treatments.signing import void_session
from treatments.symptom_reports import report_symptoms

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DAYS = [2, 7, 14, 28, 42, 56, 70, 84, 98, 112, 126]


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    return _asked_only(signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW), NOW)


@pytest.fixture
def post(settings: Any) -> Any:
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


def _asked_only(session: InjectionSession, at: datetime) -> InjectionSession:
    """A session whose advice is out of the way: these tests count letters that ask."""
    withdraw(about=session, reason="not_this_test", now=at, letters={"aftercare"})
    return session


def owed(session: InjectionSession) -> list[Letter]:
    return list(Letter.objects.about(session).of_kind("check_in").order_by("due_at"))


def states(session: InjectionSession) -> dict[str, int]:
    found: dict[str, int] = {}
    for letter in owed(session):
        found[letter.state] = found.get(letter.state, 0) + 1
    return found


def morning(days: int) -> datetime:
    """Nine in the morning in Ahmedabad, so many days after."""
    return datetime(2027, 3, 1, 3, 30, tzinfo=UTC) + timedelta(days=days)


def again(session: InjectionSession, doctor: User, weeks: int, plan: Any = None) -> InjectionSession:
    """Another session signed so many weeks later."""
    at = NOW + timedelta(weeks=weeks)
    draft = checked(plan or session.plan, doctor, at)
    prepared(draft, some_vials(doctor, at, number=f"L{weeks}{draft.pk}"), doctor, at)
    return _asked_only(signed(draft, doctor, at), at)


def test_check_ins_are_owed_on_the_days_of_symptoms_and_scores_once_each(session: InjectionSession) -> None:
    assert [(letter.step, letter.due_at) for letter in owed(session)] == [(str(day), morning(day)) for day in DAYS]


def test_a_clinic_that_turned_check_ins_off_asks_nothing(session: InjectionSession, doctor: User, post: Any) -> None:
    kind = AppointmentType.objects.create(name="Injection", public_name="Visit", kind="injection", minutes=30)
    VisitPolicy.objects.create(
        appointment_type=kind, sends_aftercare=True, asks_check_ins=False, changed_at=NOW, changed_by=doctor
    )
    first = owed(session)[0]
    work(first.due_at)
    first.refresh_from_db()
    assert (first.state, first.reason, post.taken) == ("withdrawn", "policy_off", [])
    Letter.objects.about(session).update(state="withdrawn", reason="policy_off", ended_at=NOW)
    checking_in.owe_check_ins(session=session, by=doctor, now=NOW)
    assert states(session) == {"withdrawn": len(DAYS)}


def test_a_check_in_moves_off_a_closed_day(doctor: User) -> None:
    Closure.objects.create(location=a_location(), on=date(2027, 3, 3), name="Holiday")
    session = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    assert owed(session)[0].due_at == morning(3)


def test_days_that_meet_are_one_letter_and_days_gone_by_none() -> None:
    found = timing.check_ins(
        injected_on=date(2027, 3, 1),
        days=[date(2027, 3, day) for day in (1, 3, 8, 9, 15)],
        today=date(2027, 3, 4),
        closed_weekdays=[0],
        closures=[],
    )
    assert [(step.number, step.on.day) for step in found] == [(8, 9), (14, 16)]


def test_treated_again_the_earlier_session_is_asked_about_no_more(session: InjectionSession, doctor: User) -> None:
    later = again(session, doctor, weeks=12)
    assert states(session) == {"withdrawn": len(DAYS)}
    assert {letter.reason for letter in owed(session)} == {"treated"}
    assert states(later) == {"queued": len(DAYS)}


def test_an_older_session_entered_late_takes_nothing_from_the_newer(session: InjectionSession, doctor: User) -> None:
    newer = again(session, doctor, weeks=12)
    at = NOW + timedelta(weeks=12, days=1)
    checking_in.owe_check_ins(session=session, by=doctor, now=at)
    assert states(newer) == {"queued": len(DAYS)}
    assert states(session) == {"withdrawn": len(DAYS)}


def test_a_voided_session_is_asked_about_no_more_and_the_one_before_again(
    session: InjectionSession, doctor: User
) -> None:
    later = again(session, doctor, weeks=12)
    at = NOW + timedelta(weeks=12, days=1)
    void_session(session=later, kind=VoidReason.NEVER_GIVEN, reason="Not given after all", by=doctor, now=at)
    assert states(later) == {"withdrawn": len(DAYS)}
    assert states(session) == {"withdrawn": 8, "queued": 3}  # days 98, 112 and 126 are still to come


def test_nobody_is_asked_who_wants_no_letters(session: InjectionSession, post: sinks.Sink) -> None:
    Patient.objects.update(wants_check_ins=False)
    work(morning(2))
    assert post.taken == []
    first = owed(session)[0]
    assert (first.state, first.reason, first.where) == ("withdrawn", "opted_out", "call_list")


def test_who_cannot_be_mailed_is_rung_until_asked(session: InjectionSession, post: sinks.Sink, doctor: User) -> None:
    desk = a_user(Role.FRONT_DESK)
    assert recall.to_ask(user=desk, now=morning(2)) == []
    Patient.objects.update(email="")
    work(morning(2))
    assert recall.to_ask(user=desk, now=morning(3)) == [session.patient]
    assert recall.to_ask(user=a_user(Role.FRONT_DESK, location=a_location("Surat")), now=morning(3)) == []
    report_symptoms(
        patient=session.patient, symptoms=[], words="", press=session.public_id, formulary=Formulary.from_files(),
        by=desk, now=morning(3),
    )  # fmt: skip
    assert recall.to_ask(user=desk, now=morning(3)) == []


def test_no_number_of_others_keeps_somebody_off_the_list_of_whom_to_ring(
    session: InjectionSession, post: sinks.Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of another place, and those asked meanwhile, stand before her in the outbox, and in nobody's way here."""
    monkeypatch.setattr(unasked, "ASKED_AT_MOST", 1)
    desk = a_user(Role.FRONT_DESK)
    elsewhere, asked = a_patient(location=a_location("Surat")), a_patient()
    Patient.objects.update(email="")
    first = owed(session)[0]
    work(morning(2))
    ended = {
        "state": "withdrawn",
        "where": "call_list",
        "reason": "no_email",
        "ended_at": morning(2) - timedelta(hours=1),
    }
    for person in (elsewhere, asked):
        Letter.objects.create(
            letter="check_in", about_type=first.about_type, about_public_id=uuid4(), person_public_id=person.public_id,
            step=first.step, due_at=first.due_at, **ended,
        )  # fmt: skip
    report_symptoms(
        patient=asked, symptoms=[], words="", press=uuid4(), formulary=Formulary.from_files(),
        by=desk, now=morning(2),
    )  # fmt: skip
    assert recall.to_ask(user=desk, now=morning(3)) == [session.patient]


def test_question_that_came_too_late_by_mail_is_asked_by_telephone(session: InjectionSession, post: sinks.Sink) -> None:
    """No worker for a week: the letter of day 2 goes no more, and somebody rings."""
    work(morning(10))
    assert owed(session)[0].state == "lapsed"
    assert recall.to_ask(user=a_user(Role.FRONT_DESK), now=morning(10)) == [session.patient]


def test_check_in_goes_in_waking_hours_and_says_nothing_of_the_treatment(
    session: InjectionSession, post: sinks.Sink
) -> None:
    work(morning(2) - timedelta(minutes=1))
    assert post.taken == []
    work(morning(2))
    work(morning(2) + timedelta(minutes=1))
    (message,) = post.taken
    assert message["Subject"] == "How are you?"
    text = message.as_string().lower()
    assert "/c/" in text
    assert [word for word in ("botox", "migraine", "toxin", "inject", "headache", "units") if word in text] == []


def test_two_in_a_row_unanswered_end_the_questions(session: InjectionSession, post: sinks.Sink) -> None:
    for day in (2, 7, 14):
        work(morning(day))
    assert len(post.taken) == 2
    assert owed(session)[2].reason == "not_answered"


def test_an_answer_keeps_the_questions_coming(session: InjectionSession, post: sinks.Sink) -> None:
    work(morning(2))
    work(morning(7))
    report_symptoms(
        patient=session.patient, session=session, symptoms=[], words="", press=session.public_id,
        formulary=Formulary.from_files(), by=None, now=morning(8),
    )  # fmt: skip
    work(morning(14))
    assert len(post.taken) == 3
    assert SymptomReport.objects.get().asks_for_an_answer is False


def test_two_plans_treated_on_one_day_are_asked_about_in_one_letter(
    session: InjectionSession, doctor: User, post: sinks.Sink
) -> None:
    other = again(session, doctor, weeks=0, plan=another_plan(session.plan))
    work(morning(2))
    assert len(post.taken) == 1
    first, second = owed(session)[0], owed(other)[0]
    assert {(first.state, first.reason), (second.state, second.reason)} == {
        ("sent", ""),
        ("withdrawn", "asked_already"),
    }


@pytest.mark.parametrize(("days", "reason"), [(5, "asked_already"), (6, "")])
def test_questions_three_days_apart_are_one_and_four_days_apart_two(
    session: InjectionSession, doctor: User, post: sinks.Sink, days: int, reason: str
) -> None:
    other = again(session, doctor, weeks=0, plan=another_plan(session.plan))
    Letter.objects.about(other).filter(step="2").update(due_at=morning(days))
    work(morning(2))
    Letter.objects.about(session).filter(step="7").update(due_at=morning(200))
    Letter.objects.about(other).filter(step="7").update(due_at=morning(200))
    work(morning(days))
    assert Letter.objects.about(other).get(step="2").reason == reason


def test_who_was_asked_under_a_record_that_was_merged_is_not_asked_the_same_again(
    session: InjectionSession, doctor: User, post: sinks.Sink
) -> None:
    other = again(session, doctor, weeks=0, plan=another_plan(session.plan))
    Letter.objects.about(other).filter(step="2").update(due_at=morning(3))
    work(morning(2))
    goes, stays = session.patient, a_patient(location=session.location, email="meenal.2@patients.example")
    goes.refresh_from_db()
    merge(
        merged=goes, survivor=stays, taken=(), seen=(goes.version, stays.version), press=uuid4(), by=doctor,
        now=morning(2) + timedelta(hours=2),
    )  # fmt: skip
    work(morning(3))
    last = Letter.objects.about(other).for_person(stays).get(step="2")
    assert (last.state, last.reason) == ("withdrawn", "asked_already")
    assert len(post.taken) == 1


def test_how_another_plan_was_taken_before_this_session_is_no_answer_about_it(
    session: InjectionSession, doctor: User, post: sinks.Sink
) -> None:
    Letter.objects.about(session).exclude(step="14").update(due_at=morning(200))
    later = again(session, doctor, weeks=2, plan=another_plan(session.plan))  # on the day of the other's check-in
    work(morning(14))
    work(morning(16))
    assert [(one.step, one.state) for one in owed(later)[:1]] == [("2", "sent")]
    assert len(post.taken) == 2


def test_a_check_in_that_waited_for_workers_does_not_go_on_a_closed_day(
    session: InjectionSession, post: sinks.Sink
) -> None:
    Location.objects.update(closed_weekdays=[6])
    work(morning(6))  # Sunday 7 March: the question of Wednesday waited, and waits on
    assert post.taken == []
    work(morning(7))
    assert len(post.taken) > 0


def test_a_check_in_waits_a_day_for_the_letter_about_the_next_visit(
    session: InjectionSession, post: sinks.Sink
) -> None:
    reminder = Letter.objects.about(FollowUp.objects.get(session=session)).get(step="1")
    assert reminder.due_at == morning(70)  # and so is the check-in of week 10
    Letter.objects.about(session).exclude(step="70").update(due_at=morning(200))
    work(morning(70))
    assert [message["Subject"] for message in post.taken] == ["Time to plan your next visit"]
    work(morning(71))
    assert [message["Subject"] for message in post.taken][1:] == ["How are you?"]
