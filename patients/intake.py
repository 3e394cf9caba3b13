"""The intake: invite a patient to it, keep what is answered, send it, read it.

A patient has one open form at most. Answers may change until the form is sent; then they stand (a trigger sees to it)
and a change is a new form.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.outbox.deeds import owe, withdraw
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients import hooks
from patients.asking import set_aside, to_assess, unanswered
from patients.comparing import differences
from patients.errors import AnswersMissing, IntakeClosed, NobodyToAnswer
from patients.links import link_for, revoke_links
from patients.models import AccessLink, Intake, Language, Patient
from patients.models.intake import IntakeState
from patients.permitting import permissions_of, record_permission
from patients.questionnaire import current, steps_of
from patients.questions import Question

PURPOSE: Final = "intake"
INVITATION: Final = "intake_invitation"
LINK_LIVES: Final = timedelta(days=30)
"""How long an invitation's link opens; the answers stay, a new invitation brings a new link."""
COUNTED: Final = ("to_assess", "is_grave", "details_open")
"""What is worked out once, when the form is sent."""
BY_LINK: Final = "patient link"
BY_TABLET: Final = "patient tablet"
"""Whose hand the trail names where nobody of the staff typed: by the link in a letter, or on the clinic's tablet."""


def invite(*, patient: Patient, by: User | None, now: datetime, wait: timedelta = timedelta(0)) -> Intake:
    """Give the patient a form and owe the letter with its link; the open one there is, is returned as it is.

    The letter waits so long: what asked for it may be taken back.

    Raises:
        NothingPublished: no questions were loaded yet.
        NobodyToAnswer: the patient has died, or the record is restricted.

    """
    with transaction.atomic():
        intake, is_new = open_or_new(patient, now=now)
        if is_new:
            _owe_invitation(intake, edition=1, due_at=now + wait)
            record(by=by, verb="intake.invited", thing=intake, patient=patient)
        return intake


def invite_again(*, intake: Intake, by: User | None, now: datetime) -> Letter:
    """Owe one more letter with a link to an open form: the first was lost, or the address changed.

    Raises:
        IntakeClosed: the form was sent.

    """
    with transaction.atomic():
        held = _locked_open(intake)
        withdraw(
            about=held,
            reason="invited_again",
            text=_("A newer invitation was sent."),
            now=now,
            letters=(INVITATION,),
        )
        edition = Letter.objects.about(held).of_kind(INVITATION).count() + 1
        letter = _owe_invitation(held, edition=edition, due_at=now)
        record(by=by, verb="intake.invited_again", thing=held, patient=held.patient, detail={"edition": edition})
        return letter


def invitation_link(*, intake: Intake, now: datetime) -> tuple[AccessLink, str]:
    """Return the link of a form and its token, for the letter that carries it."""
    return link_for(purpose=PURPOSE, patient=intake.patient, about=intake, now=now, expires_at=now + LINK_LIVES)


def enter_for(*, patient: Patient, by: User, now: datetime) -> Intake:
    """Open the form at the desk, for a patient without e-mail or who asks for help; no letter is owed for it.

    Raises:
        NothingPublished, NobodyToAnswer: as `invite`.
        IntakeClosed: the open form was sent at this moment.

    """
    with transaction.atomic():
        intake, _is_new = open_or_new(patient, now=now)
        intake = _locked_open(intake)
        if intake.entered_by_id != by.pk or intake.state != IntakeState.STARTED:
            intake.entered_by = by
            intake.state = IntakeState.STARTED
            intake.started_at = intake.started_at or now
            intake.save(update_fields=("entered_by", "state", "started_at"))
            record(by=by, verb="intake.entered", thing=intake, patient=patient)
        return intake


def start(*, intake: Intake, now: datetime) -> Intake:
    """Note that the patient began; a form begun before stays as it is.

    Raises:
        IntakeClosed: the form was sent.

    """
    with transaction.atomic():
        held = _locked_open(intake)
        if held.state == IntakeState.INVITED:
            held.state, held.started_at = IntakeState.STARTED, now
            held.save(update_fields=("state", "started_at"))
            record(by=None, actor=BY_LINK, verb="intake.started", thing=held, patient=held.patient)
        return held


def speak(*, intake: Intake, language: str, now: datetime) -> Intake:
    """Show an open form in another language from now on.

    Raises:
        IntakeClosed: the form was sent.

    """
    with transaction.atomic():
        held = _locked_open(intake)
        if language in Language.values and held.language != language:
            held.language = language
            held.started_at = held.started_at or now
            held.state = IntakeState.STARTED
            held.save(update_fields=("language", "state", "started_at"))
        return held


def save_step(
    *,
    intake: Intake,
    step_id: str,
    answers: Mapping[str, Any],
    by: User | None,
    now: datetime,
    actor: str = BY_LINK,
    is_typing: bool = False,
) -> Intake:
    """Keep what was answered on one page: None takes an answer back, a key of another page is left alone.

    What is kept while somebody is still typing leaves no line in the trail; the history of the row has each state.

    Raises:
        IntakeClosed: the form was sent meanwhile; nothing was kept.

    """
    with transaction.atomic():
        held = _locked_open(intake)
        step = next(step for step in steps_of(held.questionnaire) if step.id == step_id)
        allowed = set(step.ids())
        kept = {**held.answers, **{key: value for key, value in answers.items() if key in allowed}}
        kept = {key: value for key, value in kept.items() if value is not None}
        if kept == held.answers and held.state == IntakeState.STARTED:
            return held
        held.answers = kept
        held.state = IntakeState.STARTED
        held.started_at = held.started_at or now
        held.version = F("version") + 1
        held.save(update_fields=("answers", "state", "started_at", "version"))
        held.refresh_from_db(fields=("version",))
        if is_typing:
            return held
        record(
            by=by,
            actor="" if by else actor,
            verb="intake.saved",
            thing=held,
            patient=held.patient,
            detail={"step": step_id, "answered": sum(key in kept for key in allowed)},
        )
        return held


def submit(*, intake: Intake, by: User | None, now: datetime, actor: str = BY_LINK) -> Intake:
    """Send the form: its answers stand, each permission becomes a consent, and the link and its letters end.

    What stands under a question that is asked no more is set aside. How many answers are to be assessed, and whether
    one is grave, is kept beside it, so that a list can say so without reading what was answered.

    `by` is the desk that typed it in, None where the patient pressed the button. A question other than a permission may
    stay unanswered: it is asked at the visit.

    Raises:
        IntakeClosed: it was sent before.
        AnswersMissing: a permission has neither yes nor no.

    """
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=intake.patient_id)  # lock order: the patient first
        held = _locked_open(intake)
        permissions = permissions_of(held)
        missing = [question.id for question in permissions if question.id not in held.answers]
        if missing:
            raise AnswersMissing(missing)
        steps = steps_of(held.questionnaire)
        held.answers = set_aside(steps, held.answers)
        marked = to_assess(steps, held.answers)
        held.to_assess, held.is_grave = len(marked), any(question.is_grave for question in marked)
        held.details_open = bool(differences(held.answers, patient, today=day_of(now, patient.location.zone)))
        held.state, held.submitted_at = IntakeState.SUBMITTED, now
        held.started_at = held.started_at or now
        held.save(update_fields=("answers", *COUNTED, "state", "submitted_at", "started_at"))
        for question in permissions:
            record_permission(held, patient, question, by=by, now=now)
        revoke_links(about=held, because="form_sent", now=now)
        withdraw(about=held, reason="form_sent", text=_("The form was sent meanwhile."), now=now, where="closed")
        record(
            by=by,
            actor="" if by else actor,
            verb="intake.submitted",
            thing=held,
            patient=patient,
            detail={"unanswered": [question.id for _step, question in open_questions(held)]},
        )
        for hook in hooks.on_intake_submitted:
            hook(intake=held, by=by, now=now)
        return held


def review(*, intake: Intake, by: User, now: datetime) -> Intake:
    """Note who read a form that was sent.

    Raises:
        IntakeClosed: it was not sent yet, or somebody read it already.

    """
    with transaction.atomic():
        won = Intake.objects.filter(pk=intake.pk, state=IntakeState.SUBMITTED).update(
            state=IntakeState.REVIEWED, reviewed_at=now, reviewed_by=by
        )
        intake.refresh_from_db()
        if not won:
            raise IntakeClosed(intake.state)
        record(by=by, verb="intake.reviewed", thing=intake, patient=intake.patient)
        return intake


def note_opened(*, intake: Intake, by: User, now: datetime) -> None:  # noqa: ARG001 - a deed's shape; the trail has its own clock
    """Record that somebody looked at what a patient answered."""
    with transaction.atomic():
        record(by=by, verb="intake.opened", thing=intake, patient=intake.patient)


def open_questions(intake: Intake) -> list[tuple[Any, Question]]:
    """Return what the form asks of everybody and has no answer yet: pairs of step and question."""
    return unanswered(steps_of(intake.questionnaire), intake.answers)


def open_or_new(patient: Patient, *, now: datetime) -> tuple[Intake, bool]:
    """Return the open form of a patient, or a new one.

    The record is held: of two at once one is made, and who died or was restricted since a page was opened is not asked.

    Raises:
        NobodyToAnswer, NothingPublished.

    """
    if Patient.objects.select_for_update().get(pk=patient.pk).gone_because:
        raise NobodyToAnswer
    found = Intake.objects.open().filter(patient=patient).first()
    if found is not None:
        return found, False
    made = Intake.objects.create(patient=patient, questionnaire=current(), language=patient.language, invited_at=now)
    return made, True


def _owe_invitation(intake: Intake, *, edition: int, due_at: datetime) -> Letter:
    return owe(INVITATION, about=intake, person=intake.patient, due_at=due_at, edition=str(edition))


def _locked_open(intake: Intake) -> Intake:
    held: Intake = (
        Intake.objects.select_for_update(of=("self",)).select_related("patient", "questionnaire").get(pk=intake.pk)
    )
    if held.state not in (IntakeState.INVITED, IntakeState.STARTED):
        raise IntakeClosed(held.state)
    return held
