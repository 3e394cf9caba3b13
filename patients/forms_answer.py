"""What the clinic answers to a request for correction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.corrections import WORDS_AT_MOST


class AnswerForm(forms.Form):
    """Corrected or not, and what the patient is told."""

    is_accepted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Corrected")), ("no", _("Not corrected"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it was corrected")},
    )
    answer = forms.CharField(
        label=_("What the patient reads"),
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was corrected, or why not")},
    )
