"""The question a patient wrote for the doctor: open until somebody answers it, at a consultation or from the chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Intake, Patient
from treatments.answers import QUESTION_FOR_DOCTOR, as_line
from treatments.errors import AnsweredAlready
from treatments.models import Consultation, QuestionAnswer

MOST = 50
"""Questions on one list; the oldest come first, so none is out of sight for good."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a patient asked in an intake."""

    intake: Intake
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer: who said it, when."""

    question: OpenQuestion
    answer: str
    by: User
    at: datetime


def question_in(intake: Intake) -> str:
    """Return what the patient asked; empty where nothing was."""
    return as_line(intake.answers.get(QUESTION_FOR_DOCTOR))


def open_questions(intakes: Iterable[Intake]) -> tuple[OpenQuestion, ...]:
    """Return the questions of these intakes that nobody has answered: a draft's answer is none yet."""
    asked = [OpenQuestion(intake, question_in(intake)) for intake in intakes if question_in(intake)]
    keys = [one.intake.pk for one in asked]
    answered = set(QuestionAnswer.objects.filter(intake__in=keys).values_list("intake_id", flat=True))
    answered |= set(
        Consultation.objects.filter(intake__in=keys, signed_at__isnull=False)
        .exclude(answer_to_patient="")
        .values_list("intake_id", flat=True)
    )
    return tuple(one for one in asked if one.intake.pk not in answered)


def open_questions_of(patient: Patient) -> tuple[OpenQuestion, ...]:
    """Return a patient's questions without an answer, the earliest first."""
    return open_questions(_asked().filter(patient=patient)[:MOST])


def open_questions_for(user: User) -> tuple[OpenQuestion, ...]:
    """Return the questions without an answer at the places where this person works, the earliest first."""
    answered = QuestionAnswer.objects.values("intake")
    at_consultation = Consultation.objects.filter(signed_at__isnull=False, intake__isnull=False).exclude(
        answer_to_patient=""
    )
    waiting = _asked().filter(patient__location__in=user.works_at, patient__deceased_on__isnull=True)
    waiting = waiting.exclude(pk__in=answered).exclude(pk__in=at_consultation.values("intake"))
    return open_questions(waiting.select_related("patient")[:MOST])


def answers_to(patient: Patient) -> tuple[Answered, ...]:
    """Return what was answered outside a consultation, the latest first."""
    rows = QuestionAnswer.objects.filter(intake__patient=patient).select_related("intake", "by").order_by("-at", "-id")
    return tuple(
        Answered(OpenQuestion(row.intake, question_in(row.intake)), row.text, row.by, row.at) for row in rows[:MOST]
    )


def answer_question(*, intake: Intake, text: str, by: User, now: datetime) -> QuestionAnswer:
    """Write down the answer that was given.

    Raises:
        AnsweredAlready: somebody answered it before, here or at a consultation.

    """
    try:
        with transaction.atomic():
            if not open_questions([intake]):
                raise AnsweredAlready
            answer: QuestionAnswer = QuestionAnswer.objects.create(intake=intake, text=text.strip(), by=by, at=now)
            record(by=by, verb="question.answered", thing=answer, patient=intake.patient)
    except IntegrityError as error:
        if violated(error) == "question_answered_once":
            raise AnsweredAlready from error
        raise
    return answer


def _asked() -> QuerySet[Intake]:
    return Intake.objects.filter(submitted_at__isnull=False, answers__has_key=QUESTION_FOR_DOCTOR).order_by(
        "submitted_at", "id"
    )
