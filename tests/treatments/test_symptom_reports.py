"""What a patient tells is kept once, judged by the catalogue, and calls people in turn."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.lib.db import violated
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.treatments.people import NOW, a_location, a_patient, a_user
from tests.treatments.sessions import ready_catalogue, ready_to_sign, signed
from treatments.calling import ONCE, order_of, sweep
from treatments.errors import AlreadyAnswered, ReasonMissing, ToldTooOften
from treatments.formulary import Formulary
from treatments.models import InjectionSession, ReportAnswer, ReportCall, SymptomReport
from treatments.symptom_reports import MOST_BY_LINK, alarms_for, answer_report, report_symptoms, to_read

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


def told(
    *symptoms: str, session: InjectionSession | None = None, press: UUID | None = None, **facts: Any
) -> SymptomReport:
    patient = session.patient if session else facts.pop("patient", None) or a_patient()
    return report_symptoms(
        patient=patient, session=session, symptoms=symptoms, press=press or uuid4(),
        formulary=Formulary.from_files(), **{"words": "", "by": None, "now": NOW, **facts},
    )  # fmt: skip


@pytest.fixture
def doctor() -> User:
    return a_user(Role.CLINICIAN, name="Dr Zala")


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)


def called(report: SymptomReport) -> list[str]:
    return [call.person.full_name for call in report.calls.select_related("person")]


@pytest.mark.parametrize(
    ("symptoms", "level"),
    [
        (["choking"], "urgent"),
        (["face_swelling"], "urgent"),
        (["trouble_breathing", "hoarse_voice"], "urgent"),
        (["mild_dysphagia"], "same_day"),
        ([], ""),
    ],
)
def test_report_is_judged_by_the_gravest_symptom(symptoms: list[str], level: str) -> None:
    assert told(*symptoms).level == level


def test_one_page_sent_twice_is_kept_once_and_calls_once(session: InjectionSession) -> None:
    press = uuid4()
    first = told("choking", session=session, press=press)
    again = told("choking", session=session, press=press, now=NOW + timedelta(seconds=2))
    assert first == again
    assert SymptomReport.objects.count() == ReportCall.objects.count() == 1


def test_clinician_who_treated_is_called_then_colleagues_then_managers(session: InjectionSession) -> None:
    for role, name in ((Role.MANAGER, "Mr Vora"), (Role.CLINICIAN, "Dr Amin"), (Role.FRONT_DESK, "Hetal")):
        a_user(role, name=name)
    User.objects.create_user(email="gone@interval.example", full_name="Dr Aaa", role=Role.CLINICIAN, is_active=False)
    a_user(Role.CLINICIAN, name="Dr Elsewhere", location=a_location("Surat"))
    report = told("choking", session=session)
    assert [person.full_name for person in order_of(report)] == ["Dr Zala", "Dr Amin", "Mr Vora"]
    assert called(report) == ["Dr Zala"]
    assert sweep(NOW + QUARTER - timedelta(seconds=1)) == 0
    assert sweep(NOW + QUARTER) == 1
    assert sweep(NOW + QUARTER) == 0
    assert sweep(NOW + 2 * QUARTER) == 1
    assert sweep(NOW + 3 * QUARTER) == 0  # nobody is left: it stays on the board
    assert called(report) == ["Dr Zala", "Dr Amin", "Mr Vora"]
    letters = Letter.objects.about(report).order_by("step")
    assert list(letters.values_list("step", "state", "priority")) == [(str(step), "queued", 0) for step in (1, 2, 3)]


def test_same_day_report_calls_the_clinician_alone(session: InjectionSession) -> None:
    a_user(Role.CLINICIAN, name="Dr Amin")
    report = told("mild_dysphagia", session=session)
    sweep(NOW + 4 * QUARTER)
    assert called(report) == ["Dr Zala"]


def test_answer_ends_the_calls_and_withdraws_what_is_not_sent(session: InjectionSession, doctor: User) -> None:
    a_user(Role.CLINICIAN, name="Dr Amin")
    report = told("choking", session=session)
    assert alarms_for(doctor) == [report]
    answer_report(report=report, done="Rang: sent to hospital.", by=doctor, now=NOW)
    assert sweep(NOW + QUARTER) == 0
    assert list(Letter.objects.about(report).values_list("state", "reason")) == [("withdrawn", "answered")]
    assert alarms_for(doctor) == []


def test_second_answer_is_refused_with_the_first(session: InjectionSession, doctor: User) -> None:
    report = told("choking", session=session)
    answer_report(report=report, done="Rang: well.", by=doctor, now=NOW)
    with pytest.raises(AlreadyAnswered) as refusal:
        answer_report(report=report, done="Rang too.", by=doctor, now=NOW)
    assert refusal.value.theirs.done == "Rang: well."


def test_answer_without_words_is_refused(session: InjectionSession, doctor: User) -> None:
    with pytest.raises(ReasonMissing):
        answer_report(report=told("choking", session=session), done="  ", by=doctor, now=NOW)


def test_what_waits_to_be_read_is_the_same_day_first(session: InjectionSession, doctor: User) -> None:
    written = told(session=session, words="My neck is sore.")
    told(session=session)  # nothing to tell: nobody has to read it
    today = told("hoarse_voice", session=session, now=NOW + QUARTER)
    assert list(to_read(doctor)) == [today, written]


def test_desk_sees_the_alarm_of_its_own_location_only(session: InjectionSession) -> None:
    report = told("choking", session=session)
    assert alarms_for(a_user(Role.FRONT_DESK)) == [report]
    assert alarms_for(a_user(Role.FRONT_DESK, location=a_location("Surat"))) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"how": "phone"}, "symptom_report_says_who_took_it_down"),
        ({"level": "soon"}, "symptom_report_has_a_known_urgency"),
        ({"level": "urgent", "symptoms": []}, "symptom_report_hurries_for_a_symptom"),
    ],
)
def test_database_refuses_what_no_report_is(change: dict[str, Any], constraint: str) -> None:
    facts = {"patient": a_patient(), "how": "link", "symptoms": ["choking"], "level": "urgent", "told_at": NOW}
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        SymptomReport.objects.create(**facts | change)
    assert violated(refusal.value) == constraint


@pytest.mark.parametrize("step", [1, 2])
def test_database_refuses_a_second_call_of_a_step_or_a_person(
    step: int, doctor: User, session: InjectionSession
) -> None:
    report = told("choking", session=session)
    person = doctor if step == 2 else a_user(Role.CLINICIAN)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        ReportCall.objects.create(report=report, step=step, person=person, at=NOW)
    assert violated(refusal.value) == ("report_call_once_a_step" if step == 1 else "report_call_once_a_person")


def run(role: str, statement: str) -> None:
    """Run SQL as the app's role, or as the owner of the tables."""
    with connection.cursor() as cursor:
        if role == "owner":
            cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute(statement)


@pytest.mark.parametrize("model", [SymptomReport, ReportCall, ReportAnswer])
@pytest.mark.parametrize("role", ["app", "owner"])
def test_what_was_told_called_and_done_stands(
    model: type[Any], role: str, session: InjectionSession, doctor: User
) -> None:
    report = told("choking", session=session)
    answer_report(report=report, done="Rang: well.", by=doctor, now=NOW)
    for statement in ("UPDATE {} SET id = id", "DELETE FROM {}"):
        with pytest.raises(DatabaseError), transaction.atomic():
            run(role, statement.format(model._meta.db_table))  # noqa: SLF001 - Django's documented meta API
    assert model.objects.count() == 1


def test_letter_goes_at_night_and_says_nothing_of_the_patient(
    session: InjectionSession, settings: Any, time_machine: Any
) -> None:
    night = NOW + timedelta(hours=16)  # two in the morning in Ahmedabad
    time_machine.move_to(night, tick=False)
    Letter.objects.all().update(due_at=night + timedelta(days=9))
    report = told("choking", session=session, words="It began at dinner.", now=night)
    settings.PUBLIC_URL = "http://testserver"
    with sinks.running() as (sink, port):
        use_server(settings, port)
        work(night)
        (message,) = sink.taken
    assert message["Subject"] == "A patient needs your eye"
    assert message["To"].endswith(f"<{session.clinician.email}>")
    text = message.as_string().lower()
    assert f"http://testserver/r/{report.public_id}/" in text
    assert [word for word in ("meenal", "trivedi", "chok", "dinner", "botox", "migraine") if word in text] == []


def test_same_day_letter_waits_for_the_morning(session: InjectionSession, settings: Any) -> None:
    night = NOW + timedelta(hours=16)
    Letter.objects.all().update(due_at=night + timedelta(days=9))
    report = told("mild_dysphagia", session=session, now=night)
    with sinks.running() as (sink, port):
        use_server(settings, port)
        work(night)
        assert sink.taken == []
    assert Letter.objects.about(report).get().state == "queued"


def test_a_refused_address_calls_the_next_person_at_once(session: InjectionSession, settings: Any) -> None:
    a_user(Role.CLINICIAN, name="Dr Amin")
    report = told("choking", session=session)
    with sinks.running() as (sink, port):
        use_server(settings, port)
        sink.answers("RCPT", "550 no such person", "250 OK")
        work(NOW)
        work(NOW)
    assert called(report) == ["Dr Zala", "Dr Amin"]
    assert sorted(Letter.objects.about(report).values_list("state", flat=True)) == ["failed", "sent"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_sweeps_at_one_moment_call_one_person(is_guarded: bool) -> None:  # the control has no constraints
    ready_catalogue(NOW)
    for name in ("Dr Zala", "Dr Amin", "Dr Bhatt"):
        a_user(Role.CLINICIAN, name=name)
    report = told("choking")
    if not is_guarded:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
            for constraint in ONCE:
                cursor.execute(f"ALTER TABLE treatments_reportcall DROP CONSTRAINT {constraint}")
            cursor.execute("RESET ROLE")
    found = []

    def another_beat() -> None:
        try:
            found.append(sweep(NOW + QUARTER))
        finally:
            connection.close()

    other = threading.Thread(target=another_beat)
    with transaction.atomic():
        assert sweep(NOW + QUARTER) == 1  # decided and written, not committed: the other beat cannot see it
        other.start()
        other.join(1)
        assert other.is_alive()  # held by the row that is not there yet; the control by its letter's key
    other.join(20)
    assert found == ([0] if is_guarded else [1])
    assert [call.step for call in report.calls.all()] == ([1, 2] if is_guarded else [1, 2, 2])


def test_a_link_that_tells_over_and_over_calls_once_a_quarter_of_an_hour(session: InjectionSession) -> None:
    for second in range(5):
        told("choking", session=session, now=NOW + timedelta(seconds=second))
    assert ReportCall.objects.count() == 1
    assert sweep(NOW + timedelta(minutes=14)) == 0
    assert sweep(NOW + QUARTER) == 1  # one more of the five, not all of them
    told("choking", session=session, by=a_user(Role.FRONT_DESK), now=NOW + QUARTER)
    assert ReportCall.objects.count() == 3  # what the desk takes down always calls


def test_a_graver_symptom_calls_though_somebody_was_just_called(session: InjectionSession) -> None:
    told("mild_dysphagia", session=session)
    assert called(told("choking", session=session, now=NOW + timedelta(minutes=1))) == ["Dr Zala"]


def test_what_was_answered_silences_nothing_told_later(session: InjectionSession, doctor: User) -> None:
    answer_report(report=told("choking", session=session), done="Rang: well again.", by=doctor, now=NOW)
    assert called(told("choking", session=session, now=NOW + timedelta(minutes=2))) == ["Dr Zala"]


def test_one_patients_many_reports_hide_nobody_elses_alarm(session: InjectionSession, doctor: User) -> None:
    first = told("choking", session=session)
    for second in range(1, MOST_BY_LINK):
        told("choking", session=session, now=NOW + timedelta(seconds=second))
    other = told("choking", patient=a_patient(), now=NOW + timedelta(minutes=1))
    assert alarms_for(doctor) == [first, other]


def test_more_than_a_patient_tells_in_a_day_is_not_kept(session: InjectionSession) -> None:
    press = uuid4()
    told("choking", session=session, press=press)
    for second in range(1, MOST_BY_LINK):
        told("choking", session=session, now=NOW + timedelta(seconds=second))
    with pytest.raises(ToldTooOften):
        told("choking", session=session, now=NOW + timedelta(minutes=1))
    assert told("choking", session=session, press=press).told_at == NOW  # kept before
    assert told("mild_dysphagia", session=session).pk  # another urgency has its own measure
    assert told("choking", session=session, by=a_user(Role.FRONT_DESK)).pk
    assert told("choking", session=session, now=NOW + timedelta(days=1, minutes=1)).pk
