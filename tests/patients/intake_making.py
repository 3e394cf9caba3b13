"""Invited patients, and forms filled in as people fill them in."""

import datetime
from typing import Any

from django.http import QueryDict

from patients.birth import Birth
from patients.intake import invitation_link, invite, save_step
from patients.models import Intake, Patient
from patients.questionnaire import steps_of
from patients.questions import Question, Step
from tests.patients.making import person

BORN = {"how": "birth", "born_day": "31", "born_month": "1", "born_year": "1970"}
SAMPLE: dict[str, Any] = {
    "areas": ["forehead", "neck"],
    "consent": "yes",
    "day": "",
    "email": "",
    "line": "",
    "number": "10",
    "phone": "",
    "scale": "5",
    "since": "2021",
    "text": "Words of the patient",
    "yes_no": "no",
}
OF_THEMSELVES = {"about_given_name": "Asha", "about_address": ""}
"""What somebody writes of themselves: nothing that differs from the record."""


def invited(now: datetime.datetime, **facts: Any) -> Intake:
    """Asha Rao, born 31 January 1970, invited; without questions of her own there would be nothing to fill in."""
    facts.setdefault("birth", Birth(datetime.date(1970, 1, 31), "day"))
    facts.setdefault("email", "asha@patients.example")
    return invite(patient=person(**facts), by=None, now=now)


def token_of(intake: Intake, now: datetime.datetime) -> str:
    """The token in the invitation."""
    return invitation_link(intake=intake, now=now)[1]


def step_of(intake: Intake, name: str) -> Step:
    """One page of the form."""
    return next(step for step in steps_of(intake.questionnaire) if step.id == name)


def typed_for(step: Step, **instead: Any) -> dict[str, Any]:
    """What somebody types on a page: something for every question."""
    data: dict[str, Any] = {"go": "next"}
    for question in step.questions:
        _type(data, question)
    return data | instead


def filled(intake: Intake, now: datetime.datetime, **instead: Any) -> Intake:
    """The form with every question answered, kept as drafts."""
    for step in steps_of(intake.questionnaire):
        answers = {key: value for question in step.questions for key, value in _answers(question).items()}
        answers |= {key: value for key, value in instead.items() if key in set(step.ids())}
        intake = save_step(intake=intake, step_id=step.id, answers=answers, by=None, now=now)
    return intake


def as_query(data: dict[str, Any]) -> QueryDict:
    """The same as a browser sends it."""
    query = QueryDict(mutable=True)
    for key, value in data.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    return query


def patient_of(intake: Intake) -> Patient:
    """The person as the database has them now."""
    return Patient.objects.get(pk=intake.patient_id)


def _answers(question: Question) -> dict[str, Any]:
    value = _sample(question)
    if question.kind in ("number", "scale"):
        value = int(value)
    return dict.fromkeys(question.ids, value) if value else {}


def _type(data: dict[str, Any], question: Question) -> None:
    if question.kind in ("since", "day"):
        data[f"{question.id}_year"] = SAMPLE[question.kind]
        return
    data[question.id] = _sample(question)


def _sample(question: Question) -> Any:
    if question.id in OF_THEMSELVES:
        return OF_THEMSELVES[question.id]
    first = [option.id for option in question.options[:1]]
    return {"one": first[0] if first else "", "choices": first}.get(question.kind, SAMPLE.get(question.kind))
