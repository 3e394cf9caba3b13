"""The consultation as it is typed: one form, its fields made from the questions and the condition's scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from treatments.consulting import Assessed, ConsultationDraft, GoalDraft, StrategyDraft
from treatments.errors import ScoreOutOfRange
from treatments.forms.score import range_words
from treatments.formulary import Formulary, Instrument, Question
from treatments.models import Consultation, Decision, ScreeningAssessment

ROWS_AT_LEAST = 3
SCORE = "score_"
LINE_DIGITS = 2
"""Nobody has a hundred goals."""
YES_NO = {"yes": True, "no": False}
COUNT_LABELS = {
    "headache_days": _("Headache days a month"),
    "migraine_days": _("Migraine days a month"),
    "simple_analgesic_days": _("Days with simple painkillers a month"),
    "triptan_opioid_combination_days": _("Days with triptans, opioids or combinations a month"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One screening question with its fields."""

    question: Question
    answer: str
    confirmed: BoundField
    note: BoundField
    counts: tuple[BoundField, ...]


class ConsultationForm(forms.Form):
    """Everything a clinician writes in a consultation. Nothing is preselected; only what was kept is filled in."""

    condition = forms.ChoiceField(label=_("Condition considered"), required=False)
    history = forms.CharField(label=_("History"), required=False, widget=forms.Textarea(attrs={"rows": 4}), strip=True)
    examination = forms.CharField(label=_("Examination"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    answer_to_patient = forms.CharField(label=_("Answer"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    decision = forms.ChoiceField(
        label=_("Decision"), required=False, choices=Decision.choices, widget=forms.RadioSelect
    )
    decision_reason = forms.CharField(label=_("Reasons"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rows: Sequence[ScreeningAssessment],
        formulary: Formulary,
        instruments: Iterable[Instrument],
        initial: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.assessments = tuple(rows)
        self.questions = formulary.questions
        self.instruments = tuple(instruments)
        self.known_scores = formulary.instruments
        conditions = sorted(formulary.conditions.values(), key=lambda condition: condition.name)
        choices = [("", "—"), *((condition.key, condition.name) for condition in conditions)]
        self.fields["condition"].choices = choices  # type: ignore[attr-defined]
        for row in self.assessments:
            self._add_question(row)
        typed = data or initial
        self.goals = _indexes("goal_text_", typed)
        self.strategies = _indexes("strategy_what_", typed)
        for number in self.goals:
            self._add_line(f"goal_text_{number}", _("Goal, in the patient's words"), 300)
            self._add_line(f"goal_target_{number}", _("Target"), 200)
        for number in self.strategies:
            self._add_line(f"strategy_what_{number}", _("Combined with"), 300)
            self._add_line(f"strategy_since_{number}", _("Since"), 100)
            self.fields[f"strategy_kept_{number}"] = forms.ChoiceField(
                label=_("Kept up?"), required=False, choices=[("", "—"), ("yes", _("yes")), ("no", _("no"))]
            )
        for instrument in self.instruments:
            self._add_score(instrument)

    def _add_question(self, row: ScreeningAssessment) -> None:
        key = row.question_id
        self.fields[f"confirmed_{key}"] = forms.ChoiceField(
            label=_("Assessment"),
            required=False,
            widget=forms.RadioSelect,
            choices=[("yes", _("Confirmed")), ("no", _("Not confirmed"))],
        )
        self._add_line(f"note_{key}", _("Note"), 2000)
        question = self.questions.get(key)
        for name, _limit in question.thresholds if question else ():
            self.fields[f"count_{key}_{name}"] = forms.DecimalField(
                label=COUNT_LABELS.get(name, name), required=False, min_value=0, max_digits=4, decimal_places=1
            )

    def _add_line(self, name: str, label: Any, longest: int) -> None:
        self.fields[name] = forms.CharField(label=label, required=False, max_length=longest)

    def _add_score(self, instrument: Instrument) -> None:
        field = forms.DecimalField(
            label=instrument.name,
            required=False,
            min_value=instrument.lowest,
            max_value=instrument.highest,
            max_digits=8,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        refusal = ScoreOutOfRange(instrument.name, instrument.lowest, instrument.highest)
        for validator in field.validators:
            if isinstance(validator, MinValueValidator | MaxValueValidator):
                validator.message = range_words(refusal)
        self.fields[f"score_{instrument.key}"] = field

    @property
    def helper(self) -> FormHelper:
        """The decision as boxes, everything else laid out by the page."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Field("decision", wrapper_class="options"), "decision_reason")
        return helper

    def clean(self) -> dict[str, Any]:
        """A half-filled line is an error, an empty one is ignored."""
        cleaned: dict[str, Any] = super().clean() or {}
        for number in self.goals:
            if cleaned.get(f"goal_target_{number}") and not cleaned.get(f"goal_text_{number}"):
                self.add_error(f"goal_text_{number}", _("Write the goal this target belongs to."))
        for number in self.strategies:
            more = cleaned.get(f"strategy_since_{number}") or cleaned.get(f"strategy_kept_{number}")
            if more and not cleaned.get(f"strategy_what_{number}"):
                self.add_error(f"strategy_what_{number}", _("Write what it is."))
        days, of_them = cleaned.get("score_headache_days"), cleaned.get("score_migraine_days")
        if days is not None and of_them is not None and of_them > days:
            self.add_error("score_migraine_days", _("Migraine days are among the headache days: not more than those."))
        return cleaned

    def draft(self) -> ConsultationDraft:
        """Return what was typed. The form must be valid."""
        data = self.cleaned_data
        return ConsultationDraft(
            condition_key=data["condition"],
            history=data["history"],
            examination=data["examination"],
            decision=data["decision"],
            decision_reason=data["decision_reason"],
            answer_to_patient=data["answer_to_patient"],
            scores=self.scores(),
            assessments={row.question_id: self._assessed(row.question_id) for row in self.assessments},
            goals=tuple(
                GoalDraft(data[f"goal_text_{number}"], data[f"goal_target_{number}"])
                for number in self.goals
                if data[f"goal_text_{number}"]
            ),
            strategies=tuple(
                StrategyDraft(
                    data[f"strategy_what_{number}"],
                    data[f"strategy_since_{number}"],
                    YES_NO.get(data[f"strategy_kept_{number}"]),
                )
                for number in self.strategies
                if data[f"strategy_what_{number}"]
            ),
        )

    def scores(self) -> dict[str, Decimal]:
        """Return the scores that were written, by instrument."""
        typed = {instrument.key: self.cleaned_data[f"score_{instrument.key}"] for instrument in self.instruments}
        return {key: value for key, value in typed.items() if value is not None}

    def rows(self) -> tuple[Row, ...]:
        """Return the questions with their fields, in the catalogue's order."""
        return tuple(
            Row(
                question=self.questions[row.question_id],
                answer=row.answer,
                confirmed=self[f"confirmed_{row.question_id}"],
                note=self[f"note_{row.question_id}"],
                counts=tuple(self[name] for name in self.fields if name.startswith(f"count_{row.question_id}_")),
            )
            for row in self.assessments
            if row.question_id in self.questions
        )

    def goal_rows(self) -> list[tuple[BoundField, BoundField]]:
        """Return goal and target, line by line."""
        return [(self[f"goal_text_{number}"], self[f"goal_target_{number}"]) for number in self.goals]

    @property
    def goals_shown(self) -> int:
        """How many lines stand open: the filled ones and one more; the rest is folded."""
        return self._filled("goal_text_", "goal_target_", self.goals) + 1

    @property
    def strategies_shown(self) -> int:
        """How many lines stand open."""
        return self._filled("strategy_what_", "strategy_since_", self.strategies) + 1

    def _filled(self, first: str, second: str, lines: tuple[int, ...]) -> int:
        return max((n + 1 for n in lines if self[f"{first}{n}"].value() or self[f"{second}{n}"].value()), default=0)

    def strategy_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """Return what, since when and whether it is kept up, line by line."""
        return [
            (self[f"strategy_what_{number}"], self[f"strategy_since_{number}"], self[f"strategy_kept_{number}"])
            for number in self.strategies
        ]

    def as_typed(self) -> dict[str, str]:
        """Return every field as text, whatever stands in it; scores of another condition's instruments too."""
        others = (
            name for name in self.data if name.startswith(SCORE) and name.removeprefix(SCORE) in self.known_scores
        )
        return {name: str(self.data.get(name, "")).strip() for name in dict.fromkeys((*self.fields, *others))}

    def looked_at(self) -> dict[str, ScreeningAssessment]:
        """Return the screening rows by question, with the assessment that stands on the page: nothing is kept by it."""
        if self.is_bound:
            self.is_valid()
            for row in self.assessments:
                row.is_confirmed = YES_NO.get(self.cleaned_data.get(f"confirmed_{row.question_id}", ""))
                row.numbers = {name: f"{count:f}" for name, count in self._counts(row.question_id).items()}
        return {row.question_id: row for row in self.assessments}

    def label_of(self, name: str) -> str:
        """Return what a field is called, with its question where it has one."""
        label = str(self.fields[name].label) if name in self.fields else name
        for key, question in self.questions.items():
            if name in (f"confirmed_{key}", f"note_{key}"):
                return f"{question.text} {label}"
        return label

    def _assessed(self, key: str) -> Assessed:
        return Assessed(
            is_confirmed=YES_NO.get(self.cleaned_data[f"confirmed_{key}"]),
            note=self.cleaned_data[f"note_{key}"],
            numbers=self._counts(key),
        )

    def _counts(self, key: str) -> dict[str, Decimal]:
        """Return the counts of days written at a question, by name."""
        prefix = f"count_{key}_"
        typed = {
            name.removeprefix(prefix): self.cleaned_data.get(name) for name in self.fields if name.startswith(prefix)
        }
        return {name: count for name, count in typed.items() if count is not None}


def kept_fields(consultation: Consultation, rows: Iterable[ScreeningAssessment]) -> dict[str, str]:
    """Return a consultation as it is kept, every field as the page's text."""
    kept = {
        "condition": consultation.condition.key if consultation.condition else "",
        "history": consultation.history,
        "examination": consultation.examination,
        "answer_to_patient": consultation.answer_to_patient,
        "decision": consultation.decision,
        "decision_reason": consultation.decision_reason,
    }
    for row in rows:
        kept[f"confirmed_{row.question_id}"] = _as_word(row.is_confirmed)
        kept[f"note_{row.question_id}"] = row.note
        kept |= {f"count_{row.question_id}_{name}": str(count) for name, count in row.numbers.items()}
    for number, goal in enumerate(consultation.goals.all()):
        kept |= {f"goal_text_{number}": goal.text, f"goal_target_{number}": goal.target}
    for number, strategy in enumerate(consultation.strategies.all()):
        kept |= {
            f"strategy_what_{number}": strategy.what,
            f"strategy_since_{number}": strategy.since,
            f"strategy_kept_{number}": _as_word(strategy.is_kept_up),
        }
    newest = {score.instrument.key: score.value for score in consultation.scores.select_related("instrument")}
    return kept | {f"score_{key}": f"{value.normalize():f}" for key, value in newest.items()}


def _as_word(value: bool | None) -> str:  # noqa: FBT001 - a value, not a switch
    return {True: "yes", False: "no"}.get(value, "")  # type: ignore[arg-type]


def _indexes(prefix: str, typed: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the numbers of the lines: those there are, one more, and never fewer than a few."""
    tails = (name.removeprefix(prefix) for name in typed if name.startswith(prefix))
    found = [int(tail) for tail in tails if tail.isdecimal() and len(tail) <= LINE_DIGITS]
    filled = [number for number in found if typed.get(f"{prefix}{number}")]
    return tuple(range(max(max(found, default=-1) + 1, max(filled, default=-1) + 2, ROWS_AT_LEAST)))
