"""The demo's forms before a first visit: answered as somebody with that condition might."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from patients.asking import unanswered
from patients.models import Patient
from patients.questions import NO, YES, Step

OF_ALL: Final[Mapping[str, Any]] = {
    "pain_worst": 8,
    "pain_usual": 5,
    "pain_since": "2021",
    "tried": ["tablets", "physiotherapy"],
    "toxin_ever": "no",
    "medicines": "None",
    "allergies": "no",
    "illnesses": "None",
    "consent_data_use": "yes",
}
BY_CONDITION: Final[Mapping[str, Mapping[str, Any]]] = {
    "chronic_migraine": {
        "what_for": ["headache"],
        "pain_where": ["forehead", "headback"],
        "headache_days_28": 18,
        "migraine_days_28": 10,
        "headache_where": "changes",
        "headache_lasts": "day",
    },
    "cervical_dystonia": {
        "what_for": ["neck"],
        "pain_where": ["neck", "shoulder-l"],
        "neck_does": ["turns-l"],
        "neck_touch": "yes",
        "neck_hinders": "yes",
    },
    "myofascial_pain_syndrome": {
        "what_for": ["muscle"],
        "pain_where": ["blade-r", "blade-l"],
        "muscle_spots": "yes",
        "muscle_runs": "no",
        "muscle_worse": ["sitting"],
    },
}


FEW: Final = 4
"""Days or tablets, where a number is asked for: nothing a reader would stop at."""


def answers(patient: Patient, steps: Iterable[Step], *, condition: str, goal: str) -> dict[str, Any]:
    """Return what this person answered, to every question that wants an answer: of the screening nothing that stops."""
    given = {
        "about_given_name": patient.given_name,
        **OF_ALL,
        **BY_CONDITION[condition],
        "goals": goal,
        "consent_reminders": "yes" if patient.wants_reminders else "no",
    }
    for _step, question in unanswered(steps, given):
        answer = FEW if question.kind == "number" else YES if question.is_flagged(NO) else NO
        given |= dict.fromkeys(question.ids, answer)
    return given
