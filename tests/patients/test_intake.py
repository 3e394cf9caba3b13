"""The deeds on an intake: one open form a patient, answers that stand once sent, consents made of permissions."""

import datetime
import threading
from typing import Any

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.outbox.models import Letter
from patients import hooks
from patients.errors import AnswersMissing, IntakeClosed, NobodyToAnswer
from patients.handing_over import hand_over
from patients.intake import (
    enter_for,
    invitation_link,
    invite,
    invite_again,
    review,
    save_step,
    start,
    submit,
)
from patients.intake_following import cancel_for_deceased, follow_new_address
from patients.link_refusals import LinkRevoked
from patients.links import open_link
from patients.models import Consent, Intake, Patient
from tests.patients.intake_making import filled, invited, patient_of, token_of
from tests.patients.making import member, person
from tests.patients.test_closing import restricted

HOUR = datetime.timedelta(hours=1)


def verbs(intake: Intake) -> list[str]:
    """What the trail says of a form, in order."""
    return list(Entry.objects.filter(thing_public_id=intake.public_id).order_by("id").values_list("verb", flat=True))


@pytest.mark.django_db
def test_invite_owes_one_letter_and_again_none(now: datetime.datetime) -> None:
    intake = invited(now)
    again = invite(patient=intake.patient, by=None, now=now + HOUR)
    assert again.pk == intake.pk
    letters = Letter.objects.about(intake)
    assert [(letter.letter, letter.edition, letter.due_at) for letter in letters] == [("intake_invitation", "1", now)]
    assert verbs(intake) == ["intake.invited"]


@pytest.mark.django_db(transaction=True)
def test_invite_by_eight_desks_at_once_makes_one_form(now: datetime.datetime) -> None:
    patient = person(email="asha@patients.example")
    gate = threading.Barrier(8)
    made: list[int] = []

    def press() -> None:
        gate.wait()
        try:
            made.append(invite(patient=patient, by=None, now=now).pk)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=press) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert Letter.objects.filter(letter="intake_invitation").count() == 1


@pytest.mark.django_db
def test_second_open_form_is_refused_by_the_database(now: datetime.datetime) -> None:
    intake = invited(now)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Intake.objects.create(patient=intake.patient, questionnaire=intake.questionnaire, invited_at=now)
    assert violated(error.value) == "intake_one_open_a_patient"


@pytest.mark.django_db
def test_invite_again_withdraws_the_letter_that_waits(now: datetime.datetime) -> None:
    intake = invited(now)
    invite_again(intake=intake, by=member(), now=now + HOUR)
    states = Letter.objects.about(intake).order_by("id").values_list("edition", "state")
    assert list(states) == [("1", "withdrawn"), ("2", "queued")]


@pytest.mark.django_db
def test_step_is_kept_beside_the_others(now: datetime.datetime) -> None:
    intake = invited(now)
    save_step(intake=intake, step_id="goals", answers={"goals": "Walk"}, by=None, now=now)
    kept = save_step(intake=intake, step_id="pain", answers={"pain_worst": 0, "goals": "Overwritten"}, by=None, now=now)
    assert kept.answers == {"goals": "Walk", "pain_worst": 0}
    assert (kept.state, kept.started_at) == ("started", now)


@pytest.mark.django_db
def test_answer_taken_back_leaves_no_key(now: datetime.datetime) -> None:
    intake = invited(now)
    save_step(intake=intake, step_id="goals", answers={"goals": "Walk"}, by=None, now=now)
    kept = save_step(intake=intake, step_id="goals", answers={"goals": None}, by=None, now=now)
    assert kept.answers == {}


@pytest.mark.django_db
def test_submit_records_consents_and_ends_link_and_letters(now: datetime.datetime) -> None:
    intake = filled(invited(now), now)
    token = token_of(intake, now)
    sent = submit(intake=intake, by=None, now=now + HOUR)
    assert (sent.state, sent.submitted_at) == ("submitted", now + HOUR)
    consents = Consent.objects.order_by("kind").values_list("kind", "is_given", "at", "taken_by", "wording__version")
    expected: list[tuple[Any, ...]] = [
        ("data_use", True, now + HOUR, None, 2),
        ("reminders", True, now + HOUR, None, 1),
    ]
    assert list(consents) == expected
    with pytest.raises(LinkRevoked):
        open_link(token, "intake", now + HOUR)
    assert [(letter.state, letter.reason) for letter in Letter.objects.about(intake)] == [("withdrawn", "form_sent")]


@pytest.mark.django_db
def test_submit_no_to_reminders_is_a_wish_at_once(now: datetime.datetime) -> None:
    intake = filled(invited(now), now, consent_reminders="no")
    heard: list[bool] = []
    hook = lambda *, patient, by, now: heard.append(patient.wants_reminders)  # noqa: ARG005, E731 - a hook's shape
    hooks.on_preferences_changed.append(hook)
    try:
        submit(intake=intake, by=None, now=now)
    finally:
        hooks.on_preferences_changed.remove(hook)
    assert patient_of(intake).wants_reminders is False
    assert heard == [False]
    assert Consent.objects.get(kind="reminders").is_given is False


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["consent_data_use", "consent_reminders"])
def test_submit_needs_each_permission_answered(missing: str, now: datetime.datetime) -> None:
    intake = filled(invited(now), now, **{missing: None})
    with pytest.raises(AnswersMissing) as refusal:
        submit(intake=intake, by=None, now=now)
    assert refusal.value.questions == (missing,)
    assert Intake.objects.get(pk=intake.pk).state == "started"
    assert not Consent.objects.exists()


@pytest.mark.django_db
def test_submit_without_other_answers_tells_which(now: datetime.datetime) -> None:
    intake = filled(invited(now), now, s05_dysphagia=None)
    submit(intake=intake, by=None, now=now)
    entry = Entry.objects.get(verb="intake.submitted")
    assert entry.detail == {"unanswered": ["s05_dysphagia"]}
    assert entry.actor == "patient link"


@pytest.mark.django_db
def test_answers_stand_once_sent(now: datetime.datetime) -> None:
    intake = submit(intake=filled(invited(now), now), by=None, now=now)
    for late in (
        lambda: save_step(intake=intake, step_id="goals", answers={"goals": "Else"}, by=None, now=now),
        lambda: submit(intake=intake, by=None, now=now),
        lambda: start(intake=intake, now=now),
        lambda: invite_again(intake=intake, by=None, now=now),
    ):
        with pytest.raises(IntakeClosed):
            late()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["answers = '{}'", "submitted_at = now()", "submitted_at = NULL, state = 'started'"])
def test_answers_stand_for_raw_sql(change: str, now: datetime.datetime) -> None:
    intake = submit(intake=filled(invited(now), now), by=None, now=now)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE patients_intake SET {change} WHERE id = %s", [intake.pk])  # noqa: S608 - the test's own words
    assert violated(error.value) == "patients_intake_answers_stand"


@pytest.mark.django_db
def test_review_once_by_name(now: datetime.datetime) -> None:
    intake = submit(intake=filled(invited(now), now), by=None, now=now)
    doctor = member(name="Meera Solanki")
    review(intake=intake, by=doctor, now=now + HOUR)
    assert (intake.state, intake.reviewed_by, intake.reviewed_at) == ("reviewed", doctor, now + HOUR)
    with pytest.raises(IntakeClosed) as refusal:
        review(intake=intake, by=member(), now=now + HOUR)
    assert refusal.value.state == "reviewed"


@pytest.mark.django_db
def test_review_before_it_is_sent_is_refused(now: datetime.datetime) -> None:
    with pytest.raises(IntakeClosed):
        review(intake=invited(now), by=member(), now=now)


@pytest.mark.django_db
def test_new_form_after_the_old_was_sent(now: datetime.datetime) -> None:
    old = submit(intake=filled(invited(now), now), by=None, now=now)
    new = invite(patient=old.patient, by=None, now=now)
    assert new.pk != old.pk
    assert new.answers == {}


@pytest.mark.django_db
def test_desk_enters_for_who_has_no_email_and_no_letter_is_owed(now: datetime.datetime) -> None:
    patient, desk = person(has_no_email=True), member()
    intake = enter_for(patient=patient, by=desk, now=now)
    assert enter_for(patient=patient, by=desk, now=now).pk == intake.pk
    assert (intake.entered_by, intake.state) == (desk, "started")
    assert not Letter.objects.about(intake).exists()
    submit(intake=filled(intake, now), by=desk, now=now)
    assert set(Consent.objects.values_list("taken_by", flat=True)) == {desk.pk}


@pytest.mark.django_db
def test_form_keeps_the_questions_it_was_begun_with(now: datetime.datetime) -> None:
    intake = invited(now)
    asked = intake.questionnaire
    type(asked).objects.create(version=2, questions={"schema": "x", "steps": []}, loaded_at=now)
    save_step(intake=intake, step_id="goals", answers={"goals": "Walk"}, by=None, now=now)
    assert Intake.objects.get(pk=intake.pk).questionnaire == asked


@pytest.mark.django_db
def test_new_address_ends_the_old_link_and_sends_a_new_one(now: datetime.datetime) -> None:
    intake = invited(now)
    token = token_of(intake, now)
    Letter.objects.about(intake).update(state="sent", handing_over_at=now, sent_at=now, ended_at=now)
    with transaction.atomic():
        follow_new_address(patient=intake.patient, by=member(), now=now)
    with pytest.raises(LinkRevoked):
        open_link(token, "intake", now)
    assert Letter.objects.about(intake).filter(state="queued").get().edition == "2"
    assert token_of(intake, now) != token


@pytest.mark.django_db
def test_form_of_somebody_who_died_is_closed(now: datetime.datetime) -> None:
    intake = invited(now)
    _link, token = invitation_link(intake=intake, now=now)
    with transaction.atomic():
        cancel_for_deceased(patient=Patient.objects.get(pk=intake.patient_id), by=member(), now=now)
    assert Intake.objects.get(pk=intake.pk).state == "cancelled"
    assert [letter.reason for letter in Letter.objects.about(intake)] == ["deceased"]
    with pytest.raises(LinkRevoked):
        open_link(token, "intake", now)


def test_hooks_of_the_intake_are_in_place() -> None:
    assert follow_new_address in hooks.on_address_changed
    assert cancel_for_deceased in hooks.on_deceased


@pytest.mark.django_db
@pytest.mark.parametrize("ask", [invite, enter_for, hand_over], ids=["invited", "typed in", "tablet"])
def test_who_was_restricted_since_the_page_was_opened_is_not_asked(ask: Any, now: datetime.datetime) -> None:
    patient = person(email="asha@patients.example")
    restricted(Patient.objects.get(pk=patient.pk), member())
    with pytest.raises(NobodyToAnswer):
        ask(patient=patient, by=member(), now=now)
    assert not Intake.objects.exists()
