"""What somebody types to be recognised: a date of birth or a mailed code."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib import codes
from patients.fields_intake import PartialDateField
from patients.layout_intake import DateParts
from patients.recognising import BirthTyped


class BirthForm(forms.Form):
    """A date of birth, as much of it as the person knows."""

    born = PartialDateField(
        has_day=True,
        label=_("Your date of birth"),
        help_text=_("For example 14 8 1984. If you only know the year, write the year."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare(DateParts("born"))

    def clean_born(self) -> BirthTyped:
        """Return the parts that were typed."""
        typed = self.cleaned_data["born"]
        if not typed:
            raise forms.ValidationError(_("Write your date of birth"), code="missing")
        year, month, day = [*(int(part) for part in typed.split("-")), None, None][:3]
        return BirthTyped(day=day, month=month, year=year)


class CodeForm(forms.Form):
    """The six digits from the mail."""

    code = forms.CharField(
        label=_("The code from the e-mail"),
        required=False,  # asked for below: nothing on these pages says "required" by a star
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "form-control-short"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare("code")

    def clean_code(self) -> str:
        """Return what was typed."""
        typed = str(self.cleaned_data["code"])
        if not typed:
            raise forms.ValidationError(_("Write the code from the e-mail"), code="missing")
        if not codes.is_one(typed):
            raise forms.ValidationError(_("The code is six digits. Look in the newest e-mail."), code="no_code")
        return typed


def bare(*shown: Any) -> FormHelper:
    """Draw a small form as the pages of the intake draw theirs: a summary of what is wrong, then the fields."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.template = "patients/_intake_fields.html"
    helper.layout = Layout(*shown)
    return helper
