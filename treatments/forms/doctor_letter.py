"""The letter to another doctor, before it is signed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_ADDRESS = 400
LONGEST_TEXT = 8000


class DoctorLetterForm(forms.Form):
    """To whom, and what; the text comes prepared and is the clinician's to change."""

    to = forms.CharField(
        label=_("To"),
        help_text=_("Name and address, as they shall stand on the letter."),
        max_length=LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text = forms.CharField(
        label=_("Text"),
        help_text=_("What was given, muscle by muscle, is added below it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    with_card = forms.BooleanField(label=_("Treatment card for the patient in the same file"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with_card"].initial = True
