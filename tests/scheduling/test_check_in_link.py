"""The page of a check-in: what cannot wait is answered before anything is kept, whatever else is broken."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.links import make_link
from patients.models import Patient
from scheduling.models import FollowUp
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession, ReportCall, Score, SymptomReport, WearOffReport
from treatments.models.session import VoidReason
from treatments.signing import void_session
from treatments.symptom_reports import MOST_BY_LINK

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


@pytest.fixture
def session(doctor: User, time_machine: Any) -> InjectionSession:
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    time_machine.move_to(LATER, tick=False)
    return signed(draft, doctor, NOW)


@pytest.fixture
def page(session: InjectionSession) -> str:
    location = session.location
    location.phone, location.emergency_number = "+91 79 0000 0123", "108"
    location.save()
    letter = Letter.objects.about(session).of_kind("check_in").get(step="2")
    _link, token = make_link(
        purpose="check-in", patient=session.patient, about=letter, now=NOW, expires_at=NOW + timedelta(days=45)
    )
    return reverse("scheduling:check_in", args=[token])


def nothing_can_be_written() -> None:
    """The database takes no report any more."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("REVOKE INSERT ON treatments_symptomreport FROM PUBLIC, interval_app")
        cursor.execute("RESET ROLE")


def test_page_asks_in_plain_words_and_changes_nothing(client: Client, page: str) -> None:
    before = Entry.objects.count()
    response = client.get(page)
    assert response.status_code == 200
    html = response.content.decode()
    assert "Since your treatment on 1 Mar 2027, have you had any of these?" in html
    assert html.count("data-urgent") == 6  # breathing, choking, saliva, hives, face swelling, wheeze
    assert 'href="tel:108"' in html
    assert "Meenal" not in html
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert (SymptomReport.objects.count(), Entry.objects.count()) == (0, before)


def test_a_choking_patient_sees_the_number_and_the_clinician_is_called(
    client: Client, page: str, session: InjectionSession
) -> None:
    response = client.post(page, {"symptoms": ["choking"], "words": "Since dinner", "press": str(uuid4())})
    html = response.content.decode()
    assert "Call 108 now" in html
    assert 'class="call-number" href="tel:108"' in html
    assert "Your clinic has been told." in html
    report = SymptomReport.objects.get()
    assert (report.level, report.words, report.session, report.how) == ("urgent", "Since dinner", session, "link")
    assert [call.person for call in report.calls.all()] == [session.clinician]


def test_number_is_shown_though_nothing_can_be_kept(client: Client, page: str) -> None:
    nothing_can_be_written()
    response = client.post(page, {"symptoms": ["choking"], "press": str(uuid4())})
    html = response.content.decode()
    assert response.status_code == 200
    assert "Call 108 now" in html
    assert "Your answer did not reach the clinic." in html
    assert "Your clinic has been told." not in html
    assert SymptomReport.objects.count() == 0


def test_without_a_grave_symptom_what_cannot_be_kept_is_said_and_stays_typed(client: Client, page: str) -> None:
    nothing_can_be_written()  # the control of the test above: here the refusal of the database is met
    response = client.post(page, {"words": "My neck is stiff", "press": str(uuid4())})
    assert response.status_code == 422
    assert "could not be kept" in response.content.decode()
    assert "My neck is stiff" in response.content.decode()


def test_same_day_symptom_says_to_call_the_clinic(client: Client, page: str) -> None:
    html = client.post(page, {"symptoms": ["hoarse_voice"], "press": str(uuid4())}).content.decode()
    assert "Call us today" in html
    assert 'class="call-number" href="tel:+917900000123"' in html
    assert SymptomReport.objects.get().level == "same_day"


def test_nothing_ticked_is_an_answer_too(client: Client, page: str) -> None:
    html = client.post(page, {"press": str(uuid4())}).content.decode()
    assert "your answers are saved" in html
    assert SymptomReport.objects.get().symptoms == []


def test_a_page_sent_twice_is_kept_once(client: Client, page: str) -> None:
    sent = {"symptoms": ["choking"], "press": str(uuid4())}
    assert [client.post(page, sent).status_code for _ in range(2)] == [200, 200]
    assert SymptomReport.objects.count() == 1


def test_an_answered_link_asks_no_more_and_turns_no_grave_symptom_away(client: Client, page: str) -> None:
    client.post(page, {"press": str(uuid4())})
    again = client.get(page)
    assert (again.status_code, "Your answers of 3 Mar 2027 have reached us." in again.text) == (410, True)
    assert client.post(page, {"press": str(uuid4())}).status_code == 410
    assert SymptomReport.objects.count() == 1
    late = client.post(page, {"symptoms": ["choking"], "press": str(uuid4())})
    assert (late.status_code, "Your clinic has been told." in late.text) == (200, True)
    assert list(SymptomReport.objects.order_by("pk").values_list("level", flat=True)) == ["", "urgent"]


def test_no_token_of_a_form_stands_in_the_way(page: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert "Call 108 now" in strict.post(page, {"symptoms": ["choking"]}).content.decode()
    assert SymptomReport.objects.count() == 1


@pytest.mark.parametrize("how", ["expired", "voided", "unknown"])
def test_a_dead_link_still_says_whom_to_call(
    how: str, client: Client, page: str, session: InjectionSession, doctor: User, time_machine: Any
) -> None:
    if how == "expired":
        time_machine.move_to(NOW + timedelta(days=46), tick=False)
    elif how == "voided":
        void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="Not given", by=doctor, now=LATER)
    else:
        page = reverse("scheduling:check_in", args=["no-such-token"])
    status = 404 if how == "unknown" else 410
    assert [client.get(page).status_code, client.post(page, {}).status_code] == [status, status]
    html = client.post(page, {"symptoms": ["choking"]}).content.decode()
    assert "Call 108 now" in html
    assert "Your answer did not reach the clinic." in html
    assert SymptomReport.objects.count() == 0


def test_grave_symptom_counts_whatever_else_is_wrong_with_the_page(client: Client, page: str) -> None:
    sent = {"symptoms": ["choking", "no_such_symptom"], "words": "x" * 9000, "press": "no-uuid"}
    assert "Call 108 now" in client.post(page, sent).content.decode()
    report = SymptomReport.objects.get()
    assert (report.symptoms, len(report.words)) == (["choking"], 4000)


def test_too_many_words_are_handed_back(client: Client, page: str) -> None:
    response = client.post(page, {"words": "x" * 4001, "press": str(uuid4())})
    assert response.status_code == 422
    assert "x" * 4001 in response.content.decode()


def test_somebody_elses_letter_opens_nothing(client: Client, page: str, session: InjectionSession) -> None:
    other = Patient.objects.exclude(pk=session.patient_id).first() or Patient.objects.create(
        location=session.location, given_name="Other", search_name="other", sex="female"
    )
    letter = Letter.objects.about(session).of_kind("check_in").get(step="2")
    _link, token = make_link(
        purpose="check-in", patient=other, about=letter, now=NOW, expires_at=NOW + timedelta(days=45)
    )
    assert client.get(reverse("scheduling:check_in", args=[token])).status_code == 410


WEEK_4 = NOW + timedelta(weeks=4)


def scores_of(session: InjectionSession) -> dict[str, Decimal]:
    return dict(Score.objects.filter(plan=session.plan).values_list("instrument__key", "value"))


def test_first_weeks_ask_for_symptoms_only(client: Client, page: str, time_machine: Any) -> None:
    time_machine.move_to(NOW + timedelta(days=13), tick=False)
    assert "wearing off" not in client.get(page).content.decode()
    time_machine.move_to(NOW + timedelta(days=14), tick=False)
    assert "wearing off" in client.get(page).content.decode()


def test_scores_and_wearing_off_are_kept_with_the_symptoms(
    client: Client, page: str, session: InjectionSession, time_machine: Any
) -> None:
    time_machine.move_to(WEEK_4, tick=False)
    sent = {"nrs": "3", "headache_days": "2", "is_wearing_off": "on", "press": str(uuid4())}
    assert "your answers are saved" in client.post(page, sent).content.decode()
    assert scores_of(session)["nrs"] == 3
    assert WearOffReport.objects.get().session == session
    assert FollowUp.objects.get(session=session).reason == "wearing_off"
    assert SymptomReport.objects.count() == 1
    client.post(page, sent)
    assert (SymptomReport.objects.count(), WearOffReport.objects.count()) == (1, 1)


def test_a_score_that_is_none_keeps_no_grave_symptom_back(client: Client, page: str, time_machine: Any) -> None:
    time_machine.move_to(WEEK_4, tick=False)
    html = client.post(page, {"symptoms": ["choking"], "nrs": "eleven", "press": str(uuid4())}).content.decode()
    assert "Call 108 now" in html
    assert SymptomReport.objects.get().level == "urgent"
    assert Score.objects.count() == 0


def test_a_page_sent_without_end_is_told_that_it_reached_nobody(client: Client, page: str) -> None:
    for _ in range(MOST_BY_LINK):
        assert "Your clinic has been told." in client.post(page, {"symptoms": ["choking"]}).content.decode()
    html = client.post(page, {"symptoms": ["choking"]}).content.decode()
    assert "Call 108 now" in html
    assert "Your answer did not reach the clinic." in html
    assert (SymptomReport.objects.count(), ReportCall.objects.count()) == (MOST_BY_LINK, 1)


def test_words_that_no_database_keeps_stand_in_nobodys_way(client: Client, page: str) -> None:
    answer = client.post(page, {"symptoms": ["choking"], "words": "Since\0 dinner", "press": str(uuid4())})
    assert "Call 108 now" in answer.content.decode()
    assert SymptomReport.objects.get().words == "Since dinner"
