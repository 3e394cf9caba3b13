"""What was done about a report."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """Who saw to it is who is signed in; what was done is asked."""

    done = forms.CharField(
        label=_("What was done"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Say what was done: rang, saw the patient, sent to hospital.")},
    )
