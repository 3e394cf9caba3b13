"""The forms of what the register holds beside the person: numbers, contacts, alerts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patients.fields import NameField, PhoneField
from patients.fields_register import OneLineField
from patients.models import AlertLevel, IdentifierKind, Relation
from patients.register import ContactFacts


class IdentifierForm(forms.Form):
    """A number by which somebody else knows the patient."""

    kind = forms.ChoiceField(label=_("Which number"), choices=IdentifierKind.choices)
    value = OneLineField(
        label=_("Number"), max_length=60, help_text=_("As on the card or paper. An Aadhaar number is not kept here.")
    )
    issuer = OneLineField(
        label=_("Given by"), max_length=120, required=False, help_text=_("The hospital, insurer or office.")
    )


class ContactForm(forms.Form):
    """Somebody who is rung in an emergency, or signs for the patient."""

    name = NameField(label=_("Name"))
    relation = forms.ChoiceField(label=_("What they are to the patient"), choices=Relation.choices)
    phone = PhoneField(label=_("Phone"), required=False)
    is_for_emergencies = forms.BooleanField(label=_("Is rung in an emergency"), required=False, initial=True)
    is_guardian = forms.BooleanField(label=_("Signs for the patient, who is under 18"), required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phone = self.fields["phone"]
        assert isinstance(phone, PhoneField)
        phone.country = country

    def clean(self) -> dict[str, Any]:
        """Refuse who is there for nothing, and an emergency contact without a phone."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("is_for_emergencies") and not cleaned.get("is_guardian"):
            self.add_error("is_for_emergencies", ValidationError(_("Tick what they are there for: one or both.")))
        if cleaned.get("is_for_emergencies") and cleaned.get("phone") == "":
            self.add_error("phone", ValidationError(_("Without a phone nobody can be rung.")))
        return cleaned

    def facts(self) -> ContactFacts:
        """Return what was typed. Only for a valid form."""
        return ContactFacts(**self.cleaned_data)


class AlertForm(forms.Form):
    """A few words for the head of the chart."""

    level = forms.ChoiceField(
        label=_("How important"), choices=AlertLevel.choices, initial=AlertLevel.DUE, widget=forms.RadioSelect
    )
    text = OneLineField(label=_("What must be seen"), max_length=160)
    is_for_desk = forms.BooleanField(label=_("The desk reads it too: nothing clinical is in it"), required=False)


class ReasonForm(forms.Form):
    """Why something is ended."""

    because = OneLineField(label=_("Why"), max_length=200)
