"""What a patient answered, in words: for the page that checks it and for who reads it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.asking import asked
from patients.models import Intake
from patients.questionnaire import steps_of
from patients.questions import NO, UNSURE, YES, Question

NOTHING_ASKED = gettext_lazy("Nothing is asked of this person any more.")
NO_QUESTIONS = gettext_lazy("There are no questions yet: the catalogue has not been loaded.")


def answered_steps(intake: Intake, href: Callable[[str], str] | None = None) -> list[dict[str, Any]]:
    """Return the form step by step, as far as it is asked: each answer in words, marked where a reader should look."""
    return [
        {
            "number": number,
            "title": _(step.title),
            "href": href(step.id) if href else "",
            "rows": [row for question in step.questions for row in _rows(question, intake.answers)],
        }
        for number, step in enumerate(asked(steps_of(intake.questionnaire), intake.answers), start=1)
    ]


def answer_words(question: Question, answer: Any) -> list[str]:
    """Say one answer: a line each where there are several; nothing where nobody answered."""
    if answer is None:
        return []
    match question.kind:
        case "areas" | "choices":
            return [_(option.text) for option in question.options if option.id in answer]
        case "one":
            return [_(option.text) for option in question.options if option.id == answer]
        case "yes_no":
            said = {YES: _("Yes"), NO: _("No"), UNSURE: _("Not sure")}.get(answer, str(answer))
        case "consent":
            said = _("Agreed") if answer == YES else _("Not agreed. Your care stays the same.")
        case "scale":
            said = _("%(number)d of 10") % {"number": answer}
        case "number":
            said = f"{answer} {_(question.unit)}" if question.unit else str(answer)
        case "since" | "day":
            said = partial_date_words(answer)
        case _:
            return str(answer).splitlines()
    return [said]


def partial_date_words(value: str) -> str:
    """Say "2026-09-14" as "14 Sep 2026", "2026-09" as "September 2026", "2026" as itself."""
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    day = date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)  # noqa: PLR2004 - year, month, day
    return formats.date_format(day, "DATE_FORMAT" if len(parts) > 2 else "YEAR_MONTH_FORMAT")  # noqa: PLR2004


def _rows(question: Question, answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    answer = answers.get(question.id)
    yield {
        "id": question.id,
        "question": _(question.text),
        "lines": answer_words(question, answer),
        "is_flagged": question.is_flagged(answer),
        "is_unsure": answer == UNSURE,
        "is_missing": answer is None and question.required,
    }
    for detail in question.details:
        if answers.get(detail.id) is not None:
            yield {
                "id": detail.id,
                "question": _(detail.text),
                "lines": answer_words(detail, answers[detail.id]),
                "is_flagged": question.is_flagged(answer),
                "is_unsure": False,
                "is_missing": False,
            }
