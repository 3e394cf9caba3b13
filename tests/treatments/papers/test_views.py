"""Who gets which paper, under which name, and what is written down about it."""

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from tests.treatments.papers.making import GUJARATI, a_signed_session
from tests.treatments.papers.reading import words
from tests.treatments.people import a_user
from tests.treatments.sessions import checked
from treatments.models import DoctorLetter, InjectionSession
from treatments.models.session import VoidReason
from treatments.papers import typesetting
from treatments.signing import void_session

pytestmark = pytest.mark.django_db
SESSION_PAPERS = {"paper_session_sheet": "session-sheet", "paper_treatment_card": "treatment-card"}


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.fixture
def doctor() -> User:
    return a_user(name="Dr Meera Solanki")


@pytest.fixture
def client(doctor: User) -> Client:
    client = Client()
    client.force_login(doctor)
    return client


@pytest.fixture
def session(doctor: User, now: datetime) -> InjectionSession:
    return a_signed_session(doctor, now, given_name=GUJARATI, family_name="")


def url(name: str, thing: object) -> str:
    return reverse(f"treatments:{name}", args=[getattr(thing, "public_id")])  # noqa: B009  # any model will do


@pytest.mark.parametrize("name", sorted(SESSION_PAPERS))
def test_a_paper_is_a_pdf_with_a_name_that_names_nobody(client: Client, session: InjectionSession, name: str) -> None:
    answer = client.get(url(name, session))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{SESSION_PAPERS[name]}-{session.injected_on}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_each_paper_made_is_a_line_in_the_trail(client: Client, session: InjectionSession) -> None:
    for name, thing in (
        ("paper_session_sheet", session),
        ("paper_treatment_card", session),
        ("paper_patient_summary", session.patient),
        ("paper_printed_plan", session.plan),
    ):
        assert client.get(url(name, thing)).status_code == 200
    made = Entry.objects.filter(verb__startswith="paper.").order_by("id")
    assert [(entry.verb, entry.patient_public_id) for entry in made] == [
        (f"paper.{kind}", session.patient.public_id)
        for kind in ("session_sheet", "treatment_card", "patient_summary", "printed_plan")
    ]


def test_the_desk_gets_none(session: InjectionSession) -> None:
    desk = Client()
    desk.force_login(a_user(Role.FRONT_DESK))
    assert desk.get(url("paper_treatment_card", session)).status_code == 403
    assert Entry.objects.filter(verb__startswith="paper.").count() == 0


def test_of_a_draft_there_is_no_paper(client: Client, doctor: User, now: datetime, session: InjectionSession) -> None:
    draft = checked(session.plan, doctor, now)
    for name in (*SESSION_PAPERS, "paper_doctor_letter_new"):
        assert client.get(url(name, draft)).status_code == 404


def test_of_a_voided_session_there_is_the_sheet_only(
    client: Client, doctor: User, now: datetime, session: InjectionSession
) -> None:
    void_session(session=session, kind=VoidReason.WRONG_PATIENT, reason="Namesake.", by=doctor, now=now)
    assert client.get(url("paper_session_sheet", session)).status_code == 200
    assert client.get(url("paper_treatment_card", session)).status_code == 404
    assert client.get(url("paper_doctor_letter_new", session)).status_code == 404


def test_letter_is_kept_as_signed_and_comes_with_the_card(client: Client, session: InjectionSession) -> None:
    """One press: the letter and the patient's card in one file."""
    page = client.get(url("paper_doctor_letter_new", session)).content.decode()
    assert "Dear colleague," in page
    sent = {"to": "Dr A. Shah", "text": "Dear Asha,\n\nwell & <happy> #1.", "with_card": "on"}
    answer = client.post(url("paper_doctor_letter_new", session), sent)
    kept = DoctorLetter.objects.get()
    assert answer["Location"] == f"{url('paper_doctor_letter', kept)}?with=card"
    found = words(client.get(answer["Location"]).content)
    assert "well & <happy> #1." in found
    assert "Treatment card" in found
    assert kept.by.full_name in found
    verbs = Entry.objects.filter(patient_public_id=session.patient.public_id).values_list("verb", flat=True)
    assert {"doctor_letter.written", "paper.doctor_letter", "paper.treatment_card"} <= set(verbs)
    assert "Treatment card" not in words(client.get(url("paper_doctor_letter", kept)).content)
    assert client.get(url("paper_doctor_letter_new", session)).context["form"]["to"].value() == "Dr A. Shah"


def test_letter_without_a_name_keeps_what_was_typed(client: Client, session: InjectionSession) -> None:
    answer = client.post(url("paper_doctor_letter_new", session), {"to": " ", "text": "All I wrote."})
    assert answer.status_code == 422
    assert "All I wrote." in answer.content.decode()
    assert DoctorLetter.objects.count() == 0


def test_a_manager_reads_letters_and_writes_none(client: Client, session: InjectionSession) -> None:
    client.post(url("paper_doctor_letter_new", session), {"to": "Dr A. Shah", "text": "Well."})
    manager = Client()
    manager.force_login(a_user(Role.MANAGER))
    assert manager.get(url("paper_doctor_letter", DoctorLetter.objects.get())).status_code == 200
    assert manager.get(url("paper_doctor_letter_new", session)).status_code == 403


def test_a_paper_that_cannot_be_set_gives_a_page_and_no_line(
    client: Client, session: InjectionSession, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path_factory.mktemp("no templates"))
    answer = client.get(url("paper_session_sheet", session))
    assert answer.status_code == 503
    assert "could not be made" in answer.content.decode()
    assert Entry.objects.filter(verb__startswith="paper.").count() == 0


def test_more_text_than_one_file_holds_gives_a_page(
    client: Client, session: InjectionSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "LARGEST", 100)
    answer = client.get(url("paper_session_sheet", session))
    assert answer.status_code == 503
    assert "more text than fits one file" in answer.content.decode()


@pytest.mark.parametrize("sites", [3, 31])
def test_a_sheet_asks_as_often_however_many_sites(
    client: Client, doctor: User, now: datetime, sites: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = a_signed_session(doctor, now, sites=sites)
    client.get(url("paper_session_sheet", session))
    with django_assert_max_num_queries(26):
        client.get(url("paper_session_sheet", session))


def offered(client: Client, where: str) -> set[str]:
    """The papers a page leads to."""
    return set(re.findall(r'href="([^"]+(?:\.pdf|/letter/))"', client.get(where).content.decode()))


def test_pages_offer_their_papers(client: Client, session: InjectionSession) -> None:
    of_session = {url(name, session) for name in (*SESSION_PAPERS, "paper_doctor_letter_new")}
    of_plan = {url("paper_printed_plan", session.plan)}
    of_chart = {url("paper_patient_summary", session.patient)}
    assert offered(client, url("session", session)) == of_session
    assert offered(client, url("plan", session.plan)) == of_plan
    assert offered(client, url("patient_story", session.patient)) == of_session | of_plan | of_chart


def test_pages_of_a_voided_session_offer_its_sheet_only(
    client: Client, doctor: User, now: datetime, session: InjectionSession
) -> None:
    void_session(session=session, kind=VoidReason.NEVER_GIVEN, reason="Left.", by=doctor, now=now)
    assert offered(client, url("session", session)) == {url("paper_session_sheet", session)}
    assert url("paper_treatment_card", session) not in offered(client, url("patient_story", session.patient))


def test_a_manager_is_offered_no_letter_to_write(session: InjectionSession) -> None:
    manager = Client()
    manager.force_login(a_user(Role.MANAGER))
    assert url("paper_doctor_letter_new", session) not in offered(manager, url("session", session))
