"""The clinic's side: who may see what, the form typed in at the desk, the answers read and marked."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.locations.models import Location
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients.inbox import inbox
from patients.intake import enter_for, save_step, submit
from patients.models import Consent, HistoryItem, Import, Intake, Patient
from patients.questionnaire import steps_of
from patients.taking_over_health import leave_line, open_lines
from tests.outbox.owner import as_owner, execute
from tests.patients.intake_making import filled, invited, typed_for
from tests.patients.making import client_of, member, person, place

pytestmark = pytest.mark.django_db
CANARY = "Canary of the patient"
DEEDS = ["intake_mark_reviewed", "intake_invite"]


@pytest.fixture
def sent(at: datetime) -> Intake:
    return submit(intake=filled(invited(at), at, goals=CANARY, s05_dysphagia="yes", s30_driver="no"), by=None, now=at)


def url(page: str, thing: Intake | Patient, **more: str) -> str:
    return reverse(f"patients:{page}", kwargs={"public_id": thing.public_id, **more})


def pages_of(intake: Intake) -> dict[str, str]:
    """Every address of the clinic's side."""
    return {
        "intake_inbox": reverse("patients:intake_inbox"),
        "intake_review": url("intake_review", intake),
        "intake_mark_reviewed": url("intake_mark_reviewed", intake),
        "intake_enter": url("intake_enter", intake.patient),
        "intake_invite": url("intake_invite", intake.patient),
        "intake_enter_send": url("intake_enter_send", intake.patient),
        "intake_enter_step": url("intake_enter_step", intake.patient, step="pain"),
    }


def elsewhere() -> Location:
    return place("Another place")


def test_stranger_is_led_to_sign_in(sent: Intake) -> None:
    for page in pages_of(sent).values():
        for response in (Client().get(page), Client().post(page)):
            assert response.status_code == 302
            assert response.headers["Location"].startswith(reverse("staff:sign_in"))


@pytest.mark.parametrize("role", list(Role))
def test_other_locations_form_does_not_exist(role: Role, sent: Intake) -> None:
    browser = client_of(member(role, at=elsewhere()))
    for name, page in pages_of(sent).items():
        if name == "intake_inbox":
            assert "Asha" not in browser.get(page).text
            continue
        is_closed_to_role = name in ("intake_review", "intake_mark_reviewed") and role == Role.FRONT_DESK
        is_closed_to_role |= name == "intake_mark_reviewed" and role == Role.MANAGER
        response = browser.post(page) if name in DEEDS else browser.get(page)
        assert response.status_code == (403 if is_closed_to_role else 404), name


@pytest.mark.parametrize(("role", "expected"), [(Role.FRONT_DESK, 403), (Role.MANAGER, 200), (Role.CLINICIAN, 200)])
def test_answers_are_read_by_clinician_and_manager(role: Role, expected: int, sent: Intake) -> None:
    response = client_of(member(role)).get(url("intake_review", sent))
    assert response.status_code == expected
    assert (CANARY in response.text) is (expected == 200)


def test_front_desk_finds_no_answer_on_its_pages(sent: Intake) -> None:
    browser = client_of(member(Role.FRONT_DESK))
    for name in ("intake_inbox", "intake_enter"):
        text = browser.get(pages_of(sent)[name]).text
        assert CANARY not in text
        assert "swallowing" not in text


@pytest.mark.parametrize("name", DEEDS)
def test_deed_is_no_page(name: str, sent: Intake) -> None:
    assert client_of(member(Role.CLINICIAN)).get(pages_of(sent)[name]).status_code == 405


def test_reading_is_written_down(sent: Intake) -> None:
    doctor = member(Role.CLINICIAN)
    client_of(doctor).get(url("intake_review", sent))
    entry = Entry.objects.get(verb="intake.opened")
    assert (entry.by, entry.thing_public_id, entry.patient_public_id) == (
        doctor,
        sent.public_id,
        sent.patient.public_id,
    )


def test_form_that_was_not_sent_cannot_be_read(at: datetime) -> None:
    draft = save_step(intake=invited(at), step_id="goals", answers={"goals": CANARY}, by=None, now=at)
    assert client_of(member(Role.CLINICIAN)).get(url("intake_review", draft)).status_code == 404


def test_flagged_answers_are_marked_and_listed_first(sent: Intake) -> None:
    """Positive is "yes" for swallowing and "no" for company on the way home (screening.json)."""
    page = client_of(member(Role.CLINICIAN)).get(url("intake_review", sent))
    assert [row["id"] for row in page.context["flagged"]] == ["s05_dysphagia", "s30_driver"]
    assert '<tr id="row-s05_dysphagia" class="is-flagged">' in page.text
    assert '<tr id="row-s06_breathing">' in page.text


def test_review_is_marked_once(sent: Intake) -> None:
    doctor = member(Role.CLINICIAN)
    browser = client_of(doctor)
    for line in open_lines(sent):
        leave_line(intake=sent, field=line.field, by=doctor, now=timezone.now())
    browser.post(url("intake_mark_reviewed", sent))
    again = browser.post(url("intake_mark_reviewed", sent), follow=True)
    assert "reviewed already" in again.text
    sent.refresh_from_db()
    assert sent.reviewed_by == doctor


def test_desk_enters_the_whole_form_for_who_has_no_email() -> None:
    desk, patient = member(), person("Mina", has_no_email=True)
    browser = client_of(desk)
    assert not Intake.objects.exists()
    browser.get(url("intake_enter", patient))
    assert not Intake.objects.exists()
    assert browser.post(url("intake_enter", patient)).headers["Location"] == url(
        "intake_enter_step", patient, step="about"
    )
    intake = Intake.objects.get()
    for step in steps_of(intake.questionnaire):
        assert browser.post(url("intake_enter_step", patient, step=step.id), typed_for(step)).status_code == 302
    done = browser.post(url("intake_enter_send", patient), {"go": "send", "confirmed": "yes"})
    assert done.headers["Location"] == reverse("patients:detail", args=[patient.public_id])
    intake.refresh_from_db()
    assert (intake.state, intake.entered_by) == ("submitted", desk)
    assert set(Consent.objects.values_list("taken_by", flat=True)) == {desk.pk}
    assert not Letter.objects.exists()


def test_desk_does_not_see_a_draft_before_taking_it_up(at: datetime) -> None:
    draft = save_step(intake=invited(at), step_id="goals", answers={"goals": CANARY}, by=None, now=at)
    desk = member()
    browser = client_of(desk)
    step, send = (url("intake_enter_step", draft.patient, step="goals"), url("intake_enter_send", draft.patient))
    for page in (step, send):
        assert browser.get(page).headers["Location"] == url("intake_enter", draft.patient)
    assert "The patient began this form by link" in browser.get(url("intake_enter", draft.patient)).text
    browser.post(url("intake_enter", draft.patient))
    assert CANARY in browser.get(step).text
    assert Entry.objects.get(verb="intake.entered").by == desk


def test_another_desk_takes_a_form_up_by_a_press() -> None:
    patient = person("Mina", has_no_email=True)
    enter_for(patient=patient, by=member(), now=timezone.now())
    other = client_of(member())
    assert other.get(url("intake_enter_step", patient, step="pain")).status_code == 302
    other.post(url("intake_enter", patient))
    assert other.get(url("intake_enter_step", patient, step="pain")).status_code == 200


def test_link_is_sent_and_sent_again() -> None:
    browser, patient = client_of(member()), person(email="asha@patients.example")
    chart, waiting = reverse("patients:detail", args=[patient.public_id]), reverse("patients:intake_inbox")
    assert browser.post(url("intake_invite", patient)).headers["Location"] == chart
    assert browser.post(url("intake_invite", patient), {"from": "inbox"}).headers["Location"] == waiting
    assert list(Letter.objects.order_by("id").values_list("edition", "state")) == [("1", "withdrawn"), ("2", "queued")]


def test_inbox_shows_who_needs_the_desk_first(at: datetime) -> None:
    invited(at, name="Fresh")
    silent = invited(at, name="Silent")
    Intake.objects.filter(pk=silent.pk).update(invited_at=at - timedelta(days=4))
    enter_for(patient=person("NoMail", has_no_email=True), by=member(), now=at)
    waiting = inbox(Intake.objects.visible_to(member()), now=at).waiting
    assert [one.intake.patient.given_name for one in waiting] == ["Silent", "NoMail", "Fresh"]
    assert [(one.is_silent, one.has_no_way) for one in waiting] == [(True, False), (False, True), (False, False)]


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_asks_the_database_as_often_for_three_as_for_one(
    count: int, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        submit(intake=filled(invited(at, name=f"Sent{number}"), at), by=None, now=at)
        invited(at, name=f"Invited{number}")
    desk = member()
    with django_assert_num_queries(5):  # sent, to compare, awaited, their letters, the visits they are for
        found = inbox(Intake.objects.visible_to(desk), now=at)
        assert len([one.intake.patient.name for one in found.waiting]) == count
        assert len([intake.patient.name for intake in found.to_review]) == count


def test_what_the_history_knows_stands_beside_the_patients_words(sent: Intake, at: datetime) -> None:
    brought = Import.objects.create(location=place(), file_name="a.csv", size=1, encoding="utf-8", began_at=at)
    for number, (kind, text, stopped) in enumerate(
        [
            ("medicine", "Warfarin 5 mg", None),
            ("medicine", "Aspirin 75 mg", at.date()),
            ("allergy", "<b>Latex</b>", None),
        ]
    ):
        HistoryItem.objects.create(
            patient=sent.patient,
            kind=kind,
            description=text,
            source_key=str(number),
            stopped_on=stopped,
            brought_by=brought,
        )
    page = client_of(member(role=Role.CLINICIAN)).get(url("intake_review", sent)).text
    assert "On record: Warfarin 5 mg" in page
    assert "On record: &lt;b&gt;Latex&lt;/b&gt;" in page
    assert "Aspirin" not in page.split('id="row-medicines"')[1].split("</tr>")[0]


def test_desk_is_told_where_there_are_no_questions_to_ask(at: datetime) -> None:
    """A clinic on its first day: the catalogue was not loaded."""
    patient, browser = person(), client_of(member())
    with as_owner():
        execute("ALTER TABLE patients_questionnaire DISABLE TRIGGER USER")
        execute("DELETE FROM patients_questionnaire")
    for name in ("intake_enter", "intake_invite", "tablet_hand_over"):
        page = browser.post(url(name, patient), follow=True)
        assert (page.status_code, "There are no questions yet" in page.text) == (200, True), name
    assert not Intake.objects.exists()


def test_desk_that_begins_a_form_sent_at_this_moment_is_told(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found open, and sent before it was held."""
    intake = filled(invited(at), at)

    def found_and_sent(patient: Patient, *, now: datetime) -> tuple[Intake, bool]:
        submit(intake=intake, by=None, now=now)
        return intake, False

    monkeypatch.setattr("patients.intake.open_or_new", found_and_sent)
    page = client_of(member()).post(url("intake_enter", intake.patient), follow=True)
    assert (page.status_code, "The form was sent meanwhile." in page.text) == (200, True)
