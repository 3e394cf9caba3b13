"""The forms of a death, and of closing and opening a record."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.staff.models import User
from patients.birth import Birth
from patients.fields_register import OneLineField
from patients.models import Ground


class DeathForm(forms.Form):
    """When the person died, and who told."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    deceased_on = forms.DateField(label=_("Died on"), widget=forms.DateInput(attrs={"autocomplete": "off"}))
    told_by = OneLineField(label=_("Who told you"), max_length=200)

    def __init__(self, *args: Any, birth: Birth, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.birth, self.today = birth, today

    def clean_deceased_on(self) -> date:
        """Refuse a day to come, or one before the person was born."""
        day: date = self.cleaned_data["deceased_on"]
        if day > self.today:
            raise ValidationError(_("This day is still to come."))
        if self.birth.first_day and day < self.birth.first_day:
            raise ValidationError(_("This is before the date of birth."))
        return day


class DeathUndoneForm(forms.Form):
    """Why it was a mistake."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    because = OneLineField(label=_("Why it was a mistake"), max_length=200)


class OpenForm(forms.Form):
    """Why somebody opens a closed record."""

    because = OneLineField(label=_("Why you open it"), max_length=200)


class ConfidentialForm(forms.Form):
    """Why a record is confidential, and who opens it as before."""

    because = OneLineField(label=_("Why"), max_length=200)
    people = forms.MultipleChoiceField(
        label=_("Who opens it as before"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, staff: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(person.public_id): person for person in staff}
        choices = [(key, f"{person.full_name}, {person.get_role_display()}") for key, person in self.staff.items()]
        people = self.fields["people"]
        assert isinstance(people, forms.MultipleChoiceField)
        people.choices = choices

    def chosen(self) -> list[User]:
        """Return those chosen. Only for a valid form."""
        return [self.staff[key] for key in self.cleaned_data["people"]]


class RestrictForm(forms.Form):
    """On which ground a record is closed, why, and until when it is kept."""

    ground = forms.ChoiceField(label=_("Legal ground"), choices=Ground.choices, widget=forms.RadioSelect)
    because = OneLineField(
        label=_("Reason"), max_length=300, help_text=_("Who asked, when and how; the file number, if there is one.")
    )
    kept_until_on = forms.DateField(
        label=_("Kept until"),
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
        help_text=_("From this day somebody looks whether it must still be kept. Nothing is deleted by itself."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_kept_until_on(self) -> date:
        """Refuse a day that is over."""
        day: date = self.cleaned_data["kept_until_on"]
        if day <= self.today:
            raise ValidationError(_("This day is over: the record would not have to be kept."))
        return day
