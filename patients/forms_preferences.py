"""The form of the preferences page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Language
from patients.preferences import Wishes
from patients.topics import Topic

TOPICS = (
    (Topic.NEXT_VISIT, _("When it is time to plan my next visit")),
    (Topic.BEFORE_VISIT, _("Before a visit that I have booked")),
    (Topic.CHECK_INS, _("After a visit: how are you?")),
)


class PreferencesForm(forms.Form):
    """What a patient wishes. `wishes()` hands it over in domain types."""

    topics = forms.MultipleChoiceField(
        label=_("When may we write to you?"),
        choices=TOPICS,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    language = forms.ChoiceField(
        label=_("In which language?"),
        choices=Language.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    email_is_shared = forms.BooleanField(
        label=_("Others read my e-mail too: greet me by first name"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def wishes(self) -> Wishes:
        """Return what was chosen. Only for a valid form."""
        return Wishes(
            topics=frozenset(Topic(value) for value in self.cleaned_data["topics"]),
            language=self.cleaned_data["language"],
            email_is_shared=self.cleaned_data["email_is_shared"],
        )


def initial_of(wishes: Wishes) -> dict[str, Any]:
    """Return wishes as the initial values of the form, and as what an undo sends."""
    return {
        "topics": sorted(wishes.topics),
        "language": wishes.language,
        "email_is_shared": wishes.email_is_shared,
    }
