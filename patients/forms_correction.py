"""What a patient says is wrong in what we keep."""

from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.corrections import WORDS_AT_MOST
from patients.models.corrections import CorrectedPart

PARTS: Final = {
    CorrectedPart.NAME: _("My name"),
    CorrectedPart.BIRTH: _("My date of birth"),
    CorrectedPart.CONTACT: _("My phone, e-mail or postal address"),
    CorrectedPart.VISITS: _("My visits"),
    CorrectedPart.ANSWERS: _("What I answered"),
    CorrectedPart.RECORD: _("What was written about my care"),
    CorrectedPart.OTHER: _("Something else"),
}
HIDDEN = _("There are hidden characters in this text. Type it once more.")


class CorrectionForm(forms.Form):
    """Which part is wrong, and what it should say."""

    part = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(part.value, words) for part, words in PARTS.items()],
        widget=forms.RadioSelect,
        required=False,  # asked for below, in plain words
        error_messages={"invalid_choice": _("Choose one of these")},
    )
    words = forms.CharField(
        label=_("What does it say, and what should it say?"),
        required=False,
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": _("Please write no more than 1000 characters"),
            "null_characters_not_allowed": HIDDEN,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "patients/_intake_fields.html"
        self.helper.layout = Layout("part", "words")

    def clean_part(self) -> str:
        """Ask which."""
        return _needed(self.cleaned_data["part"], str(_("Choose one of these")))

    def clean_words(self) -> str:
        """Ask for words."""
        return _needed(self.cleaned_data["words"], str(_("Write what is wrong")))


def _needed(value: str, said: str) -> str:
    if not value:
        raise forms.ValidationError(said, code="missing")
    return value
