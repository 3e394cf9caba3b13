"""A remark after the signature, and the void of a session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.models.session import VoidReason

LONGEST = 4000


class AddendumForm(forms.Form):
    """What is to stand beside the signed session."""

    text = forms.CharField(
        label=_("Addendum"),
        max_length=LONGEST,
        help_text=_("Kept with your name and the time. It cannot be changed or taken back; another one can answer it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VoidForm(forms.Form):
    """Why the session does not stand; nothing is chosen beforehand."""

    kind = forms.ChoiceField(label=_("What happened"), choices=VoidReason.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST,
        help_text=_("Printed on the sheet. A void cannot be taken back: write the session again instead."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
