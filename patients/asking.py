"""What is asked of somebody, given what they answered so far: steps and questions whose condition holds. Pure.

A condition looks at a question of an earlier page and holds only while that question is asked itself; so an answer
taken back takes its whole branch with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from patients.questions import Question, Step, When

Answers = Mapping[str, Any]


def asked(steps: Iterable[Step], answers: Answers) -> tuple[Step, ...]:
    """Return the pages that are asked, each with the questions that are."""
    shown: list[Step] = []
    standing: dict[str, Any] = {}
    for step in steps:
        if not _holds(step.when, standing):
            continue
        questions = tuple(question for question in step.questions if _holds(question.when, standing))
        standing |= {question.id: answers.get(question.id) for question in questions}
        if questions:
            shown.append(replace(step, questions=questions))
    return tuple(shown)


def unanswered(steps: Iterable[Step], answers: Answers) -> list[tuple[Step, Question]]:
    """Return what is asked, wants an answer and has none yet, in order."""
    return [
        (step, question)
        for step in asked(steps, answers)
        for question in step.questions
        if question.required and question.id not in answers
    ]


def set_aside(steps: Iterable[Step], answers: Answers) -> dict[str, Any]:
    """Return the answers without those to questions that are no longer asked: nobody sends what they were not shown."""
    keys = {key for step in asked(steps, answers) for key in step.ids()}
    return {key: value for key, value in answers.items() if key in keys}


def to_assess(steps: Iterable[Step], answers: Answers) -> list[Question]:
    """Return the questions whose answer is marked for the reader, the grave ones first."""
    marked = [
        question
        for step in asked(steps, answers)
        for question in step.questions
        if question.is_flagged(answers.get(question.id))
    ]
    return sorted(marked, key=lambda question: not question.is_grave)


def _holds(when: When | None, standing: Mapping[str, Any]) -> bool:
    if when is None:
        return True
    answer = standing.get(when.question)
    given = answer if isinstance(answer, list) else [answer]
    return any(one in when.any for one in given)
