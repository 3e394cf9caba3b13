"""What the clinic answers to a request for correction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.corrections import WORDS_AT_MOST


class AnswerForm(forms.Form):
    """Corrected or not, and what the patient is told."""

    is_accepted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Corrected")), ("no", _("Not corrected"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Say whether it was corrected")},
    )
    is_looked_at = forms.BooleanField(
        label=_("I looked: where it stands it is right now (only for “Corrected”)"), required=False
    )
    answer = forms.CharField(
        label=_("What the patient reads"),
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was corrected, or why not")},
    )

    def __init__(self, *args: Any, is_in_history: bool, **kwargs: Any) -> None:
        """Ask whether somebody looked, where the history of the record cannot tell (`is_in_history`)."""
        super().__init__(*args, **kwargs)
        if is_in_history:
            del self.fields["is_looked_at"]

    def clean(self) -> dict[str, Any]:
        """Ask for the tick of who calls it corrected."""
        data: dict[str, Any] = super().clean() or {}
        if "is_looked_at" in self.fields and data.get("is_accepted") and not data["is_looked_at"]:
            self.add_error("is_looked_at", _("Correct it where it stands, look, and tick this"))
        return data

    def answered(self) -> dict[str, Any]:
        """Return the answer, as the deed takes it. Only for a valid form."""
        return {name: self.cleaned_data[name] for name in ("is_accepted", "answer")}
