"""Reports on staff's pages: the clinician reads and answers, the desk takes down a call, the board shows who waits."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients import closing
from patients.models import Patient
from tests.patients.making import client_of
from tests.treatments.people import NOW, a_patient, a_user
from tests.treatments.sessions import ready_catalogue, ready_to_sign, signed
from treatments.formulary import Formulary
from treatments.models import InjectionSession, ReportAnswer, SymptomReport
from treatments.symptom_reports import alarms_for, answer_report, report_symptoms, to_read
from treatments.symptoms import listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> User:
    return a_user(Role.CLINICIAN, name="Dr Zala")


@pytest.fixture
def session(doctor: User, time_machine: Any) -> InjectionSession:
    time_machine.move_to(NOW, tick=False)
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example", phone="+919876500111"), doctor, NOW)


@pytest.fixture
def report(session: InjectionSession) -> SymptomReport:
    return report_symptoms(
        patient=session.patient, session=session, symptoms=["choking"], words="Since dinner", press=uuid4(),
        formulary=Formulary.from_files(), by=None, now=NOW,
    )  # fmt: skip


def page_of(report: SymptomReport, name: str = "report") -> str:
    return reverse(f"treatments:{name}", args=[report.public_id])


def test_report_page_shows_what_was_told_and_who_was_called(report: SymptomReport, doctor: User) -> None:
    html = client_of(doctor).get(page_of(report)).content.decode()
    for words in ("Choking", "Since dinner", "Dr Zala", "Day 0 after", "Emergency now."):
        assert words in html
    assert Entry.objects.filter(verb="report.opened", by=doctor, patient_public_id=report.patient.public_id).exists()


def test_an_event_written_from_a_report_names_what_was_ticked(report: SymptomReport, doctor: User) -> None:
    page = reverse("treatments:event_new", args=[report.patient.public_id])
    said = f"<b>{listed(['choking'])[0]}</b>"
    assert said in client_of(doctor).get(f"{page}?report={report.public_id}").content.decode()
    assert said not in client_of(doctor).get(page).content.decode()


def test_answer_is_kept_with_who_and_when_and_the_banner_goes(report: SymptomReport, doctor: User) -> None:
    client = client_of(doctor)
    assert "Needs a clinician now" in client.get(reverse("treatments:my_day")).content.decode()
    response = client.post(page_of(report, "report_answer"), {"done": "Rang: sent to hospital."}, follow=True)
    html = response.content.decode()
    assert "Rang: sent to hospital." in html
    assert "I have seen to it" not in html
    answer = ReportAnswer.objects.get()
    assert (answer.by, answer.report) == (doctor, report)
    assert "Needs a clinician now" not in client.get(reverse("treatments:my_day")).content.decode()


def test_answer_without_words_is_asked_for_again(report: SymptomReport, doctor: User) -> None:
    response = client_of(doctor).post(page_of(report, "report_answer"), {"done": ""})
    assert response.status_code == 422
    assert "Say what was done" in response.content.decode()


def test_second_answer_hears_who_was_first_and_keeps_what_was_typed(report: SymptomReport, doctor: User) -> None:
    other = a_user(Role.CLINICIAN, name="Dr Amin")
    answer_report(report=report, done="Rang.", by=other, now=NOW)
    response = client_of(doctor).post(page_of(report, "report_answer"), {"done": "I rang too"})
    assert response.status_code == 409
    assert "Dr Amin" in response.content.decode()


def test_board_names_the_patient_to_the_desk_without_a_clinical_word(report: SymptomReport, session: Any) -> None:
    html = client_of(a_user(Role.FRONT_DESK)).get(reverse("scheduling:today")).content.decode()
    assert "Needs a clinician now" in html
    assert "Meenal Trivedi" in html
    assert page_of(report) not in html
    assert [word for word in ("Choking", "dinner", session.product.name) if word in html] == []


def test_desk_takes_down_a_call_and_reads_out_what_to_do(session: InjectionSession) -> None:
    desk = a_user(Role.FRONT_DESK)
    client, page = client_of(desk), reverse("treatments:report_by_phone", args=[session.patient.public_id])
    html = client.get(page).content.decode()
    assert "have you had any of these?" in html
    assert session.product.name not in html
    html = client.post(page, {"symptoms": ["trouble_breathing"], "press": str(uuid4())}).content.decode()
    assert "Call 112 now" in html
    assert "Dr Zala" in html
    kept = SymptomReport.objects.get()
    assert (kept.how, kept.by, kept.session, kept.level) == ("phone", desk, session, "urgent")


def test_desk_does_not_see_what_was_told_before(report: SymptomReport) -> None:
    page = reverse("treatments:report_by_phone", args=[report.patient.public_id])
    html = client_of(a_user(Role.FRONT_DESK)).get(page).content.decode()
    assert "Since dinner" not in html
    assert "checked" not in html


def test_a_patient_who_was_asked_and_is_well_is_kept_as_that(session: InjectionSession) -> None:
    page = reverse("treatments:report_by_phone", args=[session.patient.public_id])
    html = client_of(a_user(Role.FRONT_DESK)).post(page, {"press": str(uuid4()), "answer": "well"}).content.decode()
    assert "Kept: asked, and well." in html
    assert SymptomReport.objects.get().asks_for_an_answer is False


def test_an_empty_call_is_not_kept(session: InjectionSession) -> None:
    page = reverse("treatments:report_by_phone", args=[session.patient.public_id])
    assert client_of(a_user(Role.FRONT_DESK)).post(page, {"press": str(uuid4())}).status_code == 422
    assert SymptomReport.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_is_found_in_one_question_each(
    count: int, session: InjectionSession, doctor: User, django_assert_num_queries: Any
) -> None:
    for symptoms in (["choking"], []) * count:
        report_symptoms(
            patient=session.patient, session=session, symptoms=symptoms, words="Told", press=uuid4(),
            formulary=Formulary.from_files(), by=None, now=NOW,
        )  # fmt: skip
    with django_assert_num_queries(2):
        alarms = [report.patient.name for report in alarms_for(doctor)]
        others = [report.patient.name for report in to_read(doctor)]
    assert (alarms, others) == (["Meenal Trivedi"], ["Meenal Trivedi"] * count)  # one banner a patient


@pytest.mark.parametrize("name", ["report_by_phone", "event_new", "goals", "elsewhere"])
def test_nothing_is_written_down_for_a_record_that_was_merged_away(name: str) -> None:
    """Nobody opens that record any more: what is told of the person belongs to the one that stands."""
    standing, merged = a_patient(), a_patient()
    ready_catalogue(NOW)
    client = client_of(a_user(Role.CLINICIAN))
    page = reverse(f"treatments:{name}", args=[merged.public_id])
    assert client.get(page).status_code == 200
    Patient.objects.filter(pk=merged.pk).update(merged_into=standing)
    assert client.get(page)["Location"] == reverse(f"treatments:{name}", args=[standing.public_id])
    told = client.post(page, {"symptoms": ["choking"]})
    assert told["Location"] == reverse("patients:detail", args=[standing.public_id])
    assert SymptomReport.objects.count() == 0


@pytest.mark.parametrize(
    ("symptoms", "words", "is_answered", "is_open"),
    [([], "", 0, False), ([], "All well", 0, True), ([], "All well", 1, False), (["choking"], "", 1, True)],
)
def test_of_a_closed_record_what_hurries_or_waits_is_open_and_nothing_else(
    session: InjectionSession, symptoms: list[str], words: str, is_answered: int, is_open: bool
) -> None:
    """What was told without a symptom calls for nothing: who is not named reads no name in it."""
    report = report_symptoms(
        patient=session.patient, session=session, symptoms=symptoms, words=words, press=uuid4(),
        formulary=Formulary.from_files(), by=None, now=NOW,
    )  # fmt: skip
    manager, other = a_user(Role.MANAGER), a_user(Role.CLINICIAN, name="Dr Amin")
    if is_answered:
        answer_report(report=report, done="Rang", by=manager, now=NOW)
    assert client_of(other).get(page_of(report)).status_code == 200
    closing.make_confidential(patient=session.patient, because="A colleague", people=[manager], by=manager, now=NOW)
    assert client_of(other).get(page_of(report)).status_code == (200 if is_open else 404)
    assert client_of(manager).get(page_of(report)).status_code == 200
