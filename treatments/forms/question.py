"""The answer to a patient's question."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """What the patient was told."""

    text = forms.CharField(
        label=_("What the patient was told"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
