"""A patient's answers as one line of text beside each screening question, and back again. Pure.

A yes or no comes first; what else was said follows after a semicolon ("yes; 12 Jan 2027, Botox"). Counts are written
with their names ("headache_days: 16, migraine_days: 9").
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from treatments.formulary import Question

LONGEST = 400
NOT_ASKED = frozenset({"s12_age", "s28_consent_offlabel"})
"""Read from the date of birth (R18) and from the consent record (R27) instead."""

_COUNT = re.compile(r"(\w+): (\d+(?:\.\d+)?)")


def asked(questions: Mapping[str, Question]) -> tuple[Question, ...]:
    """Return the questions that stand in a consultation, each wording once."""
    by_text: dict[str, Question] = {}
    for question in questions.values():
        if question.key not in NOT_ASKED:
            by_text.setdefault(question.text, question)
    return tuple(by_text.values())


def answer_to(question: Question, answers: Mapping[str, Any], questions: Iterable[Question]) -> str:
    """Return what a patient answered to a question, or to another with the same words; empty where nothing was said."""
    twins = [question.key, *(other.key for other in questions if other.text == question.text)]
    found = next((answers[key] for key in twins if answers.get(key) not in (None, "", [], {})), "")
    more = [
        as_line(value)
        for key, value in answers.items()
        if key.startswith(f"{question.key}_") and value not in (None, "", [], {})
    ]
    line = as_line(found)
    return "; ".join(part for part in (line, ", ".join(more)) if part)[:LONGEST] if line else ""


def as_line(value: Any) -> str:
    """Return a stored answer as a line of text."""
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case Mapping():
            first = as_line(value.get("answer", ""))
            rest = ", ".join(as_line(item) for key, item in value.items() if key != "answer" and as_line(item))
            return "; ".join(part for part in (first, rest) if part)
        case list() | tuple():
            return ", ".join(as_line(item) for item in value)
        case _:
            return " ".join(str(value).split())


def said(answer: str) -> str:
    """Return the yes or no an answer begins with."""
    return answer.split(";", 1)[0].strip().lower()


def counts_line(counts: Mapping[str, Decimal | None]) -> str:
    """Return counts as they are stored: "headache_days: 16, migraine_days: 9"."""
    return ", ".join(f"{name}: {value.normalize():f}" for name, value in counts.items() if value is not None)


def numbers_in(answer: str) -> dict[str, Decimal]:
    """Return the counts an answer holds."""
    return {name: Decimal(value) for name, value in _COUNT.findall(answer)}
