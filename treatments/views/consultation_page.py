"""What stands on the consultation's page beside its fields: the intake, findings, scores, the open question."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.questionnaire import steps_of
from treatments.answers import (
    QUESTION_FOR_DOCTOR,
    TOLD_HEADACHE_DAYS,
    as_line,
    said,
    told_counts,
)
from treatments.consult_findings import ForProducts, screening_findings
from treatments.facts import Flag, flag_of
from treatments.forms.consultation import ConsultationForm, Row
from treatments.formulary import Formulary, Instrument
from treatments.models import Consultation, QuestionAnswer, Score
from treatments.plan_facts import birth_of, flags_of, numbers_of
from treatments.priors import prior_sessions
from treatments.quantities import show_number
from treatments.showing import ShownFinding, ShownSource, shown_finding, shown_source
from treatments.suitability import DIAGNOSIS

FLAGGED, UNANSWERED = ".flagged", "unanswered"
WORDS = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No"), "unsure": gettext_lazy("Not sure")}


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One screening question as the page shows it."""

    row: Row
    answer: str
    state: str
    told: str
    findings: tuple[tuple[ShownFinding, str, bool], ...]
    speaks: bool
    source: ShownSource

    @property
    def is_quiet(self) -> bool:
        """Whether nothing at it asks for the clinician's eye."""
        return not self.speaks and not self.row.confirmed.errors


@dataclass(frozen=True, slots=True)
class ShownScore:
    """One instrument: its range, the first and the latest score, the field for today's."""

    instrument: Instrument
    range_words: str
    first: str
    last: str
    field: BoundField
    source: ShownSource


def page_of(held: Consultation, form: ConsultationForm, formulary: Formulary) -> dict[str, Any]:
    """Return everything the page shows that is not a field."""
    rows = form.looked_at()
    found = screening_findings(
        condition=held.condition.key if held.condition else "",
        region=held.location.label_region,
        on=held.held_on,
        birth=birth_of(held.patient),
        prior=prior_sessions(held.patient),
        flags=flags_of(held.patient, rows, formulary),
        numbers=numbers_of(rows, held.intake),
        formulary=formulary,
    )
    told = told_counts(held.intake.answers).get(TOLD_HEADACHE_DAYS) if held.intake else None
    questions = [
        _shown(
            row,
            rows[row.question.key].is_confirmed,
            found,
            formulary,
            told=_("%(days)s headache days in 28") % {"days": show_number(told)}
            if told is not None and row.question.key == DIAGNOSIS
            else "",
        )
        for row in form.rows()
    ]
    asked = {row.question.text for row in form.rows()}
    intake = held.intake
    return {
        "flagged": [
            item for item in questions if item.state in ("flagged", "confirmed", "dismissed") or not item.is_quiet
        ],
        "unanswered": [item for item in questions if item.is_quiet and item.state == "unanswered"],
        "cleared": [item for item in questions if item.is_quiet and item.state == "cleared"],
        "general_findings": [
            (shown_finding(item.finding), ", ".join(item.products))
            for item in found
            if _text_of(item.finding.subject, formulary) not in asked
        ],
        "counts": Counter(item.finding.level.value for item in found),
        "told": _told(held),
        "question_for_doctor": as_line(intake.answers.get(QUESTION_FOR_DOCTOR)) if intake else "",
        "scores": _scores(held, form),
        "answered": QuestionAnswer.objects.filter(intake=intake).select_related("by").first() if intake else None,
        "intake": intake,
    }


def _shown(
    row: Row,
    is_confirmed: bool | None,  # noqa: FBT001 - a value, not a switch
    found: tuple[ForProducts, ...],
    formulary: Formulary,
    *,
    told: str,
) -> ShownQuestion:
    raises = flag_of(row.question, said(row.answer), is_confirmed=None)
    state = {Flag.STANDS: "flagged", Flag.CLEARED: "cleared", Flag.MISSING: "unanswered"}[raises]
    if is_confirmed is not None:
        state = "confirmed" if is_confirmed else ("dismissed" if raises is Flag.STANDS else "cleared")
    first, _sep, rest = row.answer.partition(";")
    about = [item for item in found if _text_of(item.finding.subject, formulary) == row.question.text]
    return ShownQuestion(
        row=row,
        answer=f"{WORDS.get(first, first)}{':' if rest else ''}{rest}",
        state=state,
        told=told,
        findings=tuple(
            (shown_finding(item.finding), ", ".join(item.products), item.finding.wording.code.endswith(FLAGGED))
            for item in about
        ),
        speaks=any(not item.finding.wording.code.endswith(UNANSWERED) for item in about),
        source=shown_source(row.question.source),
    )


def _text_of(subject: str, formulary: Formulary) -> str:
    """Return the words of the question a finding is about: two questions of one wording stand once on the page."""
    question = formulary.questions.get(subject)
    return question.text if question else ""


def _told(held: Consultation) -> list[tuple[str, str]]:
    """Return what the patient wrote besides the screening questions: question and answer, in the intake's order."""
    if held.intake is None or not held.intake.questionnaire.questions:
        return []
    told = []
    for step in steps_of(held.intake.questionnaire):
        for question in step.questions:
            if question.id.startswith("s") and question.id[1:3].isdigit():
                continue
            if question.kind == "consent" or question.id == QUESTION_FOR_DOCTOR:
                continue
            value = held.intake.answers.get(question.id)
            options = {option.id: option.text for option in question.options}
            if isinstance(value, list):
                value = ", ".join(options.get(item, str(item)) for item in value)
            lines = value.splitlines() if isinstance(value, str) else [value]
            line = "\n".join(str(WORDS.get(as_line(one), as_line(one))) for one in lines if as_line(one))
            if line:
                told.append((question.text, line))
    return told


def _scores(held: Consultation, form: ConsultationForm) -> list[ShownScore]:
    """Return the condition's instruments with what was scored before this consultation."""
    before: dict[str, list[Decimal]] = {}
    earlier = Score.objects.filter(patient=held.patient).exclude(consultation=held)
    rows = list(earlier.select_related("instrument").order_by("taken_on", "id"))
    corrected = {row.corrects_id for row in rows if row.corrects_id}
    for row in rows:
        if row.pk not in corrected:
            before.setdefault(row.instrument.key, []).append(row.value)
    return [
        ShownScore(
            instrument=instrument,
            range_words=_range(instrument),
            first=_number(before.get(instrument.key, []), 0),
            last=_number(before.get(instrument.key, []), -1),
            field=form[f"score_{instrument.key}"],
            source=shown_source(instrument.source),
        )
        for instrument in form.instruments
    ]


def _number(values: list[Decimal], place: int) -> str:
    return show_number(values[place]) if values else ""


def _range(instrument: Instrument) -> str:
    if instrument.lowest is None and instrument.highest is None:
        return ""
    if instrument.highest is None:
        return _("from %(lowest)s") % {"lowest": show_number(instrument.lowest or Decimal(0))}
    return f"{show_number(instrument.lowest or Decimal(0))}–{show_number(instrument.highest)}"  # noqa: RUF001 - a range is written with an en dash
