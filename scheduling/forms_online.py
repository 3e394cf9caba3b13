"""What somebody without a link writes about themselves to book a time, in the clinic's own types."""

from datetime import date
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patients.birth import Birth, Precision
from patients.fields import NameField, PhoneField
from patients.fields_intake import PartialDateField
from patients.layout_intake import DateParts
from patients.registration import PersonFacts
from scheduling.models import OnlineRequest
from scheduling.online.asking import Asked

PRECISIONS: Final[tuple[Precision, ...]] = ("year", "month", "day")
"""By how many parts were typed."""
NOTE_AT_MOST, WORDS_AT_MOST = 300, 200


class DetailsForm(forms.Form):
    """Who comes, and how to reach them."""

    given_name = NameField(label=_("Name"), required=False, help_text=_("As on your papers. One name is enough."))
    family_name = NameField(label=_("Family name (if you have one)"), required=False)
    born = PartialDateField(
        has_day=True,
        label=_("Date of birth"),
        help_text=_("For example 14 8 1984. If you only know the year, write the year."),
    )
    phone = PhoneField(label=_("Phone"), required=False, help_text=_("Numbers of other countries start with +."))
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("We send a code to this address, and the details of your visit."),
        error_messages={
            "invalid": _("Write the whole address, for example name@mail.example"),
            "max_length": _("This address is too long"),
            "null_characters_not_allowed": _("Write the whole address, for example name@mail.example"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label=_("Anything we should know? (optional)"),
        required=False,
        max_length=NOTE_AT_MOST,
        help_text=_(
            "For example: I use a wheelchair, I need an interpreter. Please do not write about your health here."
        ),
        error_messages={
            "max_length": _("Please write no more than 300 characters"),
            "null_characters_not_allowed": _("There are hidden characters in this text. Type it once more."),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agrees = forms.BooleanField(
        label=_("The clinic may keep these details to plan my visit"),
        required=False,
    )

    def __init__(self, *args: Any, today: date, country: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.language = today, language
        self.fields["phone"].country = country  # type: ignore[attr-defined] # a PhoneField
        for name, token in (("given_name", "given-name"), ("family_name", "family-name"), ("phone", "tel")):
            self.fields[name].widget.attrs["autocomplete"] = token
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "patients/_intake_fields.html"
        self.helper.layout = Layout("given_name", "family_name", DateParts("born"), "phone", "email", "note", "agrees")

    def clean_given_name(self) -> str:
        """Ask for a name."""
        return self._needed("given_name", _("Write your name"))

    def clean_phone(self) -> str:
        """Ask for a phone: the desk rings where a letter does not arrive."""
        return self._needed("phone", _("Write a phone number"))

    def clean_email(self) -> str:
        """Ask for an address, its domain in lower case, as mail servers read it."""
        local, at, domain = self._needed("email", _("Write your e-mail address")).rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def clean_born(self) -> Birth:
        """Ask for a date of birth, as far as the person knows it."""
        typed = self.cleaned_data["born"]
        if not typed:
            raise ValidationError(_("Write your date of birth"), code="missing")
        parts = [int(part) for part in typed.split("-")]
        year, month, day = [*parts, 1, 1][:3]
        born = date(year, month, day)
        if born > self.today:
            raise ValidationError(_("This day is still to come."), code="future")
        return Birth(born, PRECISIONS[len(parts) - 1])

    def clean_agrees(self) -> bool:
        """Ask for a yes: without it nothing is kept, and nothing booked."""
        if not self.cleaned_data["agrees"]:
            raise ValidationError(_("Tick this, or call us to book"), code="missing")
        return True

    def asked(self) -> Asked:
        """Return what was written. Only for a valid form."""
        data = self.cleaned_data
        facts = PersonFacts(
            given_name=data["given_name"],
            family_name=data["family_name"],
            birth=data["born"],
            phone=data["phone"],
            email=data["email"],
            language=self.language,
        )
        return Asked(facts, " ".join(data["note"].split()))

    def _needed(self, name: str, words: Any) -> str:
        typed = str(self.cleaned_data[name])
        if not typed:
            raise ValidationError(words, code="missing")
        return typed


def written(request: OnlineRequest) -> dict[str, Any]:
    """Return what was written before as the initial values of the form."""
    parts = {"day": 10, "month": 7, "year": 4}[request.birth_precision]
    return {
        **{name: getattr(request, name) for name in ("given_name", "family_name", "phone", "email", "note")},
        "born": request.born_on.isoformat()[:parts],
        "agrees": True,
    }


class CancelOwnForm(forms.Form):
    """What a patient says who cancels a visit."""

    words = forms.CharField(
        label=_("Would you like to tell us why? (optional)"),
        required=False,
        max_length=WORDS_AT_MOST,
        error_messages={
            "max_length": _("Please write no more than 200 characters"),
            "null_characters_not_allowed": _("There are hidden characters in this text. Type it once more."),
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "patients/_intake_fields.html"
        self.helper.layout = Layout("words")
