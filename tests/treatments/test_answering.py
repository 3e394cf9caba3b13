"""The patient's question: on the chart and the clinician's list until it is answered, by whom and when."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.models import Intake
from tests.treatments.people import a_location, a_patient, a_user, an_intake
from treatments.answering import answer_question, answers_to, open_questions_for, open_questions_of
from treatments.consulting import ConsultationDraft, save_draft, sign_consultation, start_consultation
from treatments.errors import AnsweredAlready
from treatments.models import QuestionAnswer

pytestmark = pytest.mark.django_db
ASKED = "How long before I can drive?"


@pytest.fixture
def by() -> User:
    return a_user(name="Jigna Vasavada")


@pytest.fixture
def intake(now: datetime) -> Intake:
    return an_intake(a_patient(), now=now, question_for_doctor=ASKED)


def texts(found: Any) -> list[str]:
    return [one.text for one in found]


def test_question_is_open_until_it_is_answered_from_the_chart(intake: Intake, by: User, now: datetime) -> None:
    assert texts(open_questions_of(intake.patient)) == [ASKED]
    answer_question(intake=intake, text=" The same day. ", by=by, now=now)
    assert texts(open_questions_of(intake.patient)) == []
    told = answers_to(intake.patient)[0]
    assert (told.question.text, told.answer, told.by, told.at) == (ASKED, "The same day.", by, now)
    assert Entry.objects.filter(verb="question.answered", patient_public_id=intake.patient.public_id).count() == 1


def test_answer_of_a_consultation_counts_once_it_is_signed(intake: Intake, by: User, now: datetime) -> None:
    held = start_consultation(patient=intake.patient, by=by, now=now)
    draft = ConsultationDraft(decision="treat", answer_to_patient="The same day.")
    save_draft(consultation=held, seen_version=1, draft=draft, by=by, now=now)
    assert texts(open_questions_of(intake.patient)) == [ASKED]
    sign_consultation(consultation=held, seen_version=2, by=by, now=now)
    assert texts(open_questions_of(intake.patient)) == []
    with pytest.raises(AnsweredAlready):
        answer_question(intake=intake, text="Again", by=by, now=now)


def test_second_answer_is_refused(intake: Intake, by: User, now: datetime) -> None:
    answer_question(intake=intake, text="The same day.", by=by, now=now)
    with pytest.raises(AnsweredAlready):
        answer_question(intake=intake, text="Tomorrow.", by=by, now=now)
    assert QuestionAnswer.objects.get().text == "The same day."


def test_list_holds_what_was_asked_where_this_person_works(intake: Intake, by: User, now: datetime) -> None:
    an_intake(a_patient(location=a_location("Other")), now=now, question_for_doctor="Elsewhere?")
    an_intake(a_patient(), now=now, question_for_doctor="")
    an_intake(a_patient(), now=now)
    assert texts(open_questions_for(by)) == [ASKED]


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_pages_show_the_question_until_it_is_answered(intake: Intake, by: User) -> None:
    client = signed_in_as(by)
    story = reverse("treatments:patient_story", args=[intake.patient.public_id])
    answer = reverse("treatments:question_answer", args=[intake.public_id])
    assert answer in client.get(reverse("treatments:my_day")).content.decode()
    assert answer in client.get(story).content.decode()
    empty = client.post(answer, {"text": "  "})
    assert empty.status_code == 422
    client.post(answer, {"text": "The same day."})
    assert answer not in client.get(reverse("treatments:my_day")).content.decode()
    shown = client.get(story).content.decode()
    assert "The same day." in shown
    assert "no answer yet" not in shown
    assert client.get(answer).status_code == 302


def test_front_desk_never_reads_the_question(intake: Intake) -> None:
    desk = signed_in_as(a_user(Role.FRONT_DESK))
    assert desk.get(reverse("treatments:question_answer", args=[intake.public_id])).status_code == 403


def test_my_day_costs_the_same_with_one_question_and_three(
    by: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client, counts = signed_in_as(by), []
    for more in (1, 2):
        for _ in range(more):
            an_intake(a_patient(), now=now, question_for_doctor=ASKED)
        client.get(reverse("treatments:my_day"))
        with django_assert_max_num_queries(30) as captured:
            client.get(reverse("treatments:my_day"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
