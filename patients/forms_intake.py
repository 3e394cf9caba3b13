"""One page of the intake as a form: every question of the step, nothing chosen beforehand, what is valid is kept.

A page may be left half done. So no field is required by itself: `is_complete` says whether this press of a button asks
for an answer to every question, and `answers()` hands over whatever was valid, with or without errors beside it.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.fields import PhoneField
from patients.fields_intake import PartialDateField
from patients.layout_intake import Areas, DateParts, Notice
from patients.models import ConsentText
from patients.questions import NO, UNSURE, YES, Question, Step

TEXT_LENGTH: Final = 4000
LINE_LENGTH: Final = 200
YES_NO_UNSURE: Final = ((YES, gettext_lazy("Yes")), (NO, gettext_lazy("No")), (UNSURE, gettext_lazy("I am not sure")))
YES_NO: Final = ((YES, gettext_lazy("Yes, I agree")), (NO, gettext_lazy("No")))


class StepForm(forms.Form):
    """The questions of one step, with what was answered before."""

    def __init__(
        self,
        *args: Any,
        step: Step,
        answers: Mapping[str, Any],
        wordings: Mapping[str, ConsentText],
        is_complete: bool = True,
        country: str = PhoneField.country,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {key: value for key, value in answers.items() if key in set(step.ids())}
        super().__init__(*args, **kwargs)
        self.step = step
        self.questions = {part.id: part for question in step.questions for part in (question, *question.details)}
        self.wordings = wordings
        self.is_complete = is_complete
        self.country = country
        shown: list[Any] = []
        for question in step.questions:
            if question.wording:
                shown += self._notice(question)
            asked = self._ask(question)
            details = [self._ask(detail) for detail in question.details]
            shown.append(Div(asked, Div(*details, css_class="details"), css_class="with-details") if details else asked)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "patients/_intake_fields.html"
        self.helper.layout = Layout(*shown)

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing, where the whole page is asked for."""
        cleaned = super().clean() or {}
        if self.is_complete:
            for question in self.step.questions:
                if question.required and question.id not in self.errors and is_empty(cleaned.get(question.id)):
                    self.add_error(question.id, ValidationError(what_is_missing(question), code="missing"))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """Return what was valid, by the ids it stands under; None where an answer was taken back."""
        self.is_valid()
        kept: dict[str, Any] = {}
        for question in self.step.questions:
            for part in (question, *question.details):
                if part.id in self.cleaned_data:
                    value = self.cleaned_data[part.id]
                    kept |= dict.fromkeys(part.ids, None if is_empty(value) else value)
            if question.wording and kept.get(question.id) is not None:
                kept[question.wording_id] = self._wording_shown(question)
        return kept

    def summary(self) -> list[dict[str, str]]:
        """Return what is wrong, in the page's order, with the id of the place where it is put right."""
        return [self._summary_line(name) for name in self.fields if name in self.errors]

    def _summary_line(self, name: str) -> dict[str, str]:
        field, question = self[name], self.questions[name]
        said = str(self.errors[name][0])
        anchor = "where" if question.kind == "areas" else field.id_for_label or f"{field.auto_id}_0"
        return {"anchor": anchor, "text": said if question.missing else f"{field.label} {said}"}

    def _ask(self, question: Question) -> Any:  # a crispy layout object
        field, layout = ASKED_AS[question.kind](question)
        field.required = False
        field.label = _(question.text)
        if isinstance(field, PhoneField):
            field.country = self.country
        if not question.required and not question.id.count("."):
            field.label = f"{field.label} {_('(optional)')}"
        field.help_text = _(question.hint) if question.hint else ""
        self.fields[question.id] = field
        return layout

    def _notice(self, question: Question) -> list[Any]:
        wording = self.wordings[question.wording]
        field = forms.CharField(required=False, widget=forms.HiddenInput, initial=str(wording.public_id))
        self.initial[question.wording_id] = str(wording.public_id)
        self.fields[question.wording_id] = field
        return [Notice(question.wording_id, wording), question.wording_id]

    def _wording_shown(self, question: Question) -> str:
        """Return which words stood above the answer; a page left open shows those of its time."""
        shown = str(self.cleaned_data.get(question.wording_id) or "")
        known = ConsentText.objects.filter(kind=question.wording).values_list("public_id", flat=True)
        return shown if shown in {str(key) for key in known} else str(self.wordings[question.wording].public_id)


def is_empty(value: object) -> bool:
    """Return whether nothing was answered; 0 is an answer."""
    return value is None or value in ("", [])


def what_is_missing(question: Question) -> str:
    """Say what to do about a question without an answer."""
    if question.missing:
        return _(question.missing)
    if question.kind == "yes_no":
        return _("Choose an answer; “I am not sure” is one too")
    return _("This needs an answer")


def _composed(value: str) -> str:
    return unicodedata.normalize("NFC", value)


class _Text(forms.CharField):
    """Text in any script, composed as it is stored."""

    def to_python(self, value: Any) -> str:
        return _composed(super().to_python(value) or "")


class _PhoneAsTyped(PhoneField):
    """A number that somebody can have, kept in the spelling it was given in."""

    def to_python(self, value: Any) -> str:
        super().to_python(value)
        return _composed(str(value or "").strip())


def _input(question: Question, **more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": question.autocomplete, **more})


def _areas(question: Question) -> tuple[forms.Field, Any]:
    field = forms.MultipleChoiceField(choices=_options(question), widget=forms.CheckboxSelectMultiple)
    return field, Areas(question.id)


def _choices(question: Question) -> tuple[forms.Field, Any]:
    field = forms.MultipleChoiceField(choices=_options(question), widget=forms.CheckboxSelectMultiple)
    return field, Field(question.id, wrapper_class="picks")


def _scale(question: Question) -> tuple[forms.Field, Any]:
    field = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(11)], coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    return field, Field(question.id, wrapper_class="scale")


def _number(question: Question) -> tuple[forms.Field, Any]:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    field = forms.IntegerField(
        min_value=question.min,
        max_value=question.max,
        widget=widget,
        error_messages={
            "invalid": _("Write a whole number"),
            "min_value": _("Write a number from %(min)d to %(max)d") % {"min": question.min or 0, "max": question.max},
            "max_value": _("Write a number from %(min)d to %(max)d") % {"min": question.min or 0, "max": question.max},
        },
    )
    return field, AppendedText(question.id, _(question.unit), wrapper_class="short-number")


def _since(question: Question) -> tuple[forms.Field, Any]:
    return PartialDateField(has_day=False), DateParts(question.id)


def _day(question: Question) -> tuple[forms.Field, Any]:
    return PartialDateField(has_day=True), DateParts(question.id)


def _yes_no(question: Question) -> tuple[forms.Field, Any]:
    return _one_of(question, YES_NO_UNSURE)


def _consent(question: Question) -> tuple[forms.Field, Any]:
    return _one_of(question, YES_NO)


def _one_of(question: Question, choices: Any) -> tuple[forms.Field, Any]:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect), Field(question.id, wrapper_class="choices")


def _one(question: Question) -> tuple[forms.Field, Any]:
    return _one_of(question, _options(question))


def _line(question: Question) -> tuple[forms.Field, Any]:
    return _Text(max_length=LINE_LENGTH, widget=_input(question)), Field(question.id)


def _email(question: Question) -> tuple[forms.Field, Any]:
    widget = forms.EmailInput(attrs={"autocomplete": question.autocomplete})
    return forms.EmailField(max_length=LINE_LENGTH, widget=widget), Field(question.id)


def _phone(question: Question) -> tuple[forms.Field, Any]:
    return _PhoneAsTyped(max_length=LINE_LENGTH, widget=_input(question, inputmode="tel")), Field(question.id)


def _text(question: Question) -> tuple[forms.Field, Any]:
    return _Text(max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})), Field(question.id)


def _options(question: Question) -> list[tuple[str, str]]:
    return [(option.id, _(option.text)) for option in question.options]


ASKED_AS: Final[dict[str, Callable[[Question], tuple[forms.Field, Any]]]] = {
    "areas": _areas,
    "choices": _choices,
    "consent": _consent,
    "day": _day,
    "email": _email,
    "line": _line,
    "number": _number,
    "one": _one,
    "phone": _phone,
    "scale": _scale,
    "since": _since,
    "text": _text,
    "yes_no": _yes_no,
}
"""How each kind of question looks: the field that reads it and the way crispy draws it."""
