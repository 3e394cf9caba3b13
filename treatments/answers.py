"""A patient's answers as one line of text beside each screening question, and back again. Pure.

A yes or no comes first; what else was said follows after a semicolon ("yes; 2027-01, Botox, 100"). The shapes of
answers are those of `patients.models.Intake`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from treatments.formulary import Question

QUESTION_FOR_DOCTOR = "question_for_doctor"
LONGEST = 400
TOLD_HEADACHE_DAYS, TOLD_TABLET_DAYS = "told_headache_days", "told_tablet_days"
COUNTED = {TOLD_HEADACHE_DAYS: "headache_days_28", TOLD_TABLET_DAYS: "s25_moh"}
"""The patient's own counts by the questions of the intake that ask for them."""
MOST_DAYS = 31
UNSURE = "unsure"
NOT_ASKED = frozenset({"s12_age", "s28_consent_offlabel"})
"""Read from the date of birth (R18) and from the consent record (R27) instead."""


def asked(questions: Mapping[str, Question]) -> tuple[Question, ...]:
    """Return the questions that stand in a consultation, each wording once."""
    by_text: dict[str, Question] = {}
    for question in questions.values():
        if question.key not in NOT_ASKED:
            by_text.setdefault(question.text, question)
    return tuple(by_text.values())


def answer_to(question: Question, answers: Mapping[str, Any]) -> str:
    """Return what a patient answered to a question with its details; empty where nothing was said."""
    line = as_line(answers.get(question.key))
    details = [as_line(value) for key, value in answers.items() if key.startswith(f"{question.key}.")]
    more = ", ".join(part for part in details if part)
    return "; ".join(part for part in (line, more) if part)[:LONGEST] if line else ""


def as_line(value: Any) -> str:
    """Return a stored answer as a line of text."""
    match value:
        case None:
            return ""
        case list() | tuple():
            return ", ".join(as_line(item) for item in value)
        case _:
            return " ".join(str(value).split())


def said(answer: str) -> str:
    """Return the yes or no an answer begins with; who is unsure has said neither."""
    first = answer.split(";", 1)[0].strip().lower()
    return "" if first == UNSURE else first


def told_counts(answers: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the days the patient counted, by name: headache in 28 days, pain tablets in a month."""
    told = {name: as_line(answers.get(question)) for name, question in COUNTED.items()}
    return {
        name: Decimal(text)
        for name, text in told.items()
        if text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= MOST_DAYS  # noqa: PLR2004 - digits
    }
