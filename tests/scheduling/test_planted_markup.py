"""What somebody types as markup is shown as text wherever it is shown: letters, pages, papers; and kept as typed."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.intake import start, submit
from patients.models import Intake
from tests.outbox.reading import rendered_for
from tests.patients.intake_making import filled, invited, step_of, token_of, typed_for
from tests.patients.making import client_of, member
from tests.treatments.papers.making import a_signed_session
from tests.treatments.papers.reading import words
from tests.treatments.people import a_user
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db
NAME = '<a href="https://example.invalid">Open</a>'
NOTE = "<img src=x onerror=alert(1)>"
PLANTED = ('<a href="https://example.invalid">', "<img src=x")


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Meera Solanki")


@pytest.fixture
def session(doctor: User, now: datetime) -> InjectionSession:
    return a_signed_session(doctor, now, given_name=NAME, family_name="", email="asha@patients.example", note=NOTE)


def planted(html: str) -> list[str]:
    return [markup for markup in PLANTED if markup in html]


def test_letters_show_a_planted_name_as_text(session: InjectionSession, now: datetime) -> None:
    """BTX-037: in mail the name is escaped once in HTML, as typed in text, and the row keeps it."""
    seen = 0
    for letter in Letter.objects.for_person(session.patient).filter(state="queued"):
        said = rendered_for(letter, now)
        assert planted(said.html) == []
        assert "&lt;a href=" in said.html
        assert f"Dear {NAME}," in said.text
        seen += 1
    assert seen > 10
    session.patient.refresh_from_db()
    assert session.patient.given_name == NAME


def test_pages_show_a_planted_name_as_text(session: InjectionSession, doctor: User) -> None:
    """BTX-037: lists, the chart, the recall list, messages and the session's pages."""
    asked = {
        reverse("patients:list") + "?q=meenal": True,
        reverse("patients:detail", args=[session.patient.public_id]): True,
        reverse("scheduling:patient_letters", args=[session.patient.public_id]): False,
        reverse("scheduling:recall") + "?group=later": True,
        reverse("scheduling:messages") + "?state=all": True,
        reverse("scheduling:message", args=[Letter.objects.for_person(session.patient)[0].public_id]): True,
    }
    for where, names_them in asked.items():
        page = client_of(doctor).get(where)
        assert page.status_code == 200, where
        html = page.content.decode()
        assert planted(html) == [], where
        assert not names_them or "&lt;" in html, where


def test_papers_show_a_planted_name_and_note_as_text(session: InjectionSession, doctor: User) -> None:
    """BTX-037: a PDF prints the characters."""
    for name, thing in (
        ("paper_session_sheet", session),
        ("paper_patient_summary", session.patient),
    ):
        answer = client_of(doctor).get(reverse(f"treatments:{name}", args=[thing.public_id]))
        assert answer.status_code == 200
        assert "".join(NAME.split()) in "".join(words(answer.content).split())


def test_what_a_patient_posts_is_kept_as_typed_and_shown_as_text(now: datetime) -> None:
    """BTX-037: the public intake form, then the page where staff read it."""
    intake = start(intake=invited(now, name=NAME), now=now)
    step = step_of(intake, "goals")
    question = next(question for question in step.questions if question.kind == "text")
    client, token = Client(), token_of(intake, now)
    client.post(reverse("patients:intake_open", args=[token]))
    client.post(
        reverse("patients:intake_who", args=[token]),
        {"how": "birth", "born_day": "31", "born_month": "1", "born_year": "1970"},
    )
    typed = typed_for(step, **{question.id: NOTE})
    answer = client.post(reverse("patients:intake_step", args=[token, "goals"]), typed)
    assert answer.status_code == 302
    intake = Intake.objects.get(pk=intake.pk)
    assert intake.answers[question.id] == NOTE
    again = client.get(reverse("patients:intake_step", args=[token, "goals"])).content.decode()
    assert planted(again) == []
    assert "&lt;img src=x" in again
    sent = submit(intake=filled(intake, now, **{question.id: NOTE}), by=None, now=now + timedelta(minutes=1))
    page = (
        client_of(member(Role.CLINICIAN)).get(reverse("patients:intake_review", args=[sent.public_id])).content.decode()
    )
    assert planted(page) == []
    assert "&lt;img src=x" in page
    assert "&lt;a href=" in page
