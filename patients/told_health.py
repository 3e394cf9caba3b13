"""What an intake tells of the patient's health, line by line, beside what the chart knows: which lines are new to it.

Clinicians alone decide on these (`patients.taking_over_health`); the answer stays as given.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from patients.models import HistoryItem, HistoryKind, Patient
from patients.names import fold
from patients.questions import NO, YES

BESIDE: Final = {
    "allergies": HistoryKind.ALLERGY,
    "medicines": HistoryKind.MEDICINE,
    "illnesses": HistoryKind.PROBLEM,
}
"""What the chart knows of the same thing, by the question of the form."""
WORDS_IN: Final = {"allergies": "allergies.what"}
"""Where the words stand that belong to a yes; a text's own stand under its question."""
NOTHING: Final = frozenset(
    fold(word)
    for word in ("none", "no", "nil", "nothing", "no medicines", "na", "n/a", "कोई नहीं", "नहीं", "કોઈ નહીં", "ના", "નથી")
)
"""Lines that say that there is nothing."""
MOST_READ: Final = 500
LONGEST: Final = HistoryItem._meta.get_field("description").max_length or 0  # noqa: SLF001 - Django's documented meta API
"""What one line of the chart holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One line that the chart does not have; `field` names it among the decisions on its form."""

    field: str
    kind: TextChoices
    told: str

    @property
    def fits(self) -> bool:
        """Whether the chart can keep it as it was written."""
        return len(self.told) <= LONGEST


def on_record(patient: Patient) -> dict[str, list[str]]:
    """Return what the chart knows and nobody stopped, by the question it stands beside. One query."""
    lines: dict[str, list[str]] = {question: [] for question in BESIDE}
    by_kind = {str(kind): question for question, kind in BESIDE.items()}
    known = HistoryItem.objects.standing().filter(patient=patient, stopped_on=None)
    for kind, description in known.values_list("kind", "description")[:MOST_READ]:
        lines[by_kind[kind]].append(description)
    return lines


def new_lines(answers: Mapping[str, Any], known: Mapping[str, Iterable[str]]) -> tuple[ToldLine, ...]:
    """Return what was told and the chart does not have in the same words. The number in a field is the line's own."""
    found = []
    for question, kind in BESIDE.items():
        if question in WORDS_IN and answers.get(question) != YES:
            continue
        seen = {fold(line) for line in known[question]} | NOTHING | {""}
        for number, line in enumerate(re.split(r"[\n;]", str(answers.get(WORDS_IN.get(question, question), "")))):
            if fold(line) not in seen:
                seen.add(fold(line))
                found.append(ToldLine(field=f"{question}.{number}", kind=kind, told=line.strip()))
    return tuple(found)


def denied(answers: Mapping[str, Any], known: Mapping[str, list[str]]) -> list[tuple[TextChoices, list[str]]]:
    """Return what the chart has where the patient says that there is nothing: one of the two is to be put right."""
    return [
        (kind, known[question]) for question, kind in BESIDE.items() if known[question] and _none(answers, question)
    ]


def _none(answers: Mapping[str, Any], question: str) -> bool:
    if question in WORDS_IN:
        return bool(answers.get(question) == NO)
    lines = [fold(line) for line in re.split(r"[\n;]", str(answers.get(question, ""))) if line.strip()]
    return bool(lines) and NOTHING.issuperset(lines)


def to_ask_again(answers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what cannot be so as it was answered, for who reads it: nobody is held up by it, and nothing is mended."""
    worst, usual = answers.get("pain_worst"), answers.get("pain_usual")
    if worst is None or usual is None or worst >= usual:
        return []
    said = _("%(worst)d of 10 at its worst, and more on most days: %(usual)d of 10") % {"worst": worst, "usual": usual}
    return [{"id": "pain_worst", "said": said}]


def is_of_health(field: str) -> bool:
    """Whether a decision is about the patient's health: nothing for the desk."""
    return field.partition(".")[0] in BESIDE
