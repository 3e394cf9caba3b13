"""The forms of the people pages: register and amend."""

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.locations.models import Location
from patients.fields import BirthField, NameField, PhoneField
from patients.fields_register import AbhaAddressField, AbhaNumberField
from patients.layout_register import Details
from patients.majority import is_minor
from patients.models import Language, Relation, Sex
from patients.register import ContactFacts
from patients.registration import PersonFacts

F = TypeVar("F", bound=forms.Field)
COMPARED = (
    ("asked", _("I asked: they have not been here before")),
    ("papers", _("I compared papers: another person")),
    ("family", _("They are family who share a phone or an address")),
)


class PatientForm(forms.Form):
    """What is written about a person. `facts()` hands it over in domain types."""

    wishes: tuple[str, ...] = ("wants_reminders",)
    """What the page asks about reminders."""

    given_name = NameField(label=_("Name"), help_text=_("As on their papers, in any script. One name is enough."))
    family_name = NameField(label=_("Family name"), required=False)
    birth = BirthField(
        label=_("Date of birth"),
        required=False,
        help_text=_("12/03/1951, March 1951, 1951 or about 75. Empty when it is not known."),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    phone = PhoneField(label=_("Phone"), required=False, help_text=_("Numbers of other countries start with +."))
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Without it no links or reminders are mailed: the recall list says whom to ring."),
    )
    email_is_shared = forms.BooleanField(label=_("A family shares this address"), required=False)
    has_no_email = forms.BooleanField(label=_("Has no e-mail"), required=False)
    language = forms.ChoiceField(label=_("Language of letters"), choices=Language.choices, widget=forms.RadioSelect)
    wants_reminders = forms.BooleanField(label=_("Wants reminders by e-mail"), required=False, initial=True)
    abha_number = AbhaNumberField(
        label=_("ABHA number"), required=False, help_text=_("14 digits. Never asked for as a condition of care.")
    )
    abha_address = AbhaAddressField(label=_("ABHA address"), required=False, help_text=_("name@abdm"))
    address = forms.CharField(
        label=_("Address"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    note_for_desk = forms.CharField(
        label=_("Note for the desk"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody at the desk reads it: nothing clinical."),
    )

    def __init__(self, *args: Any, today: date, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "birth", BirthField).today = today
        _field(self, "phone", PhoneField).country = country
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self.layout()

    def layout(self) -> Layout:
        """Name, birth, how to reach them, letters, notes."""
        return Layout(
            Div("given_name", "family_name", css_class="field-row"),
            Div("birth", "sex", css_class="field-row"),
            Div("phone", "email", css_class="field-row"),
            Div("has_no_email", "email_is_shared", *self.wishes, css_class="checks"),
            Field("language", wrapper_class="choices"),
            HTML("<hr>"),
            *self.more(),
            "address",
            "note_for_desk",
        )

    def more(self) -> tuple[Any, ...]:
        """What few people have."""
        return (Div("abha_number", "abha_address", css_class="field-row"),)

    def clean_email(self) -> str:
        """Keep the domain in lower case, as mail servers read it."""
        local, at, domain = str(self.cleaned_data["email"]).rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def clean(self) -> dict[str, Any]:
        """Refuse an address for somebody who has none, and a shared address that is not there."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("has_no_email") and cleaned.get("email"):
            self.add_error("has_no_email", ValidationError(_("An address is written above: take one of the two away.")))
        if cleaned.get("email_is_shared") and "email" in cleaned and not cleaned["email"]:
            self.add_error("email", ValidationError(_("Write the address that the family shares.")))
        return cleaned

    def facts(self) -> PersonFacts:
        """Return what was typed, in domain types. Only for a valid form."""
        names = (name for name in PersonFacts.__dataclass_fields__ if name in self.cleaned_data)
        return PersonFacts(**{name: self.cleaned_data[name] for name in names})


class RegisterForm(PatientForm):
    """A new person; `location` is asked where the desk works at more than one.

    One tick stands for all reminders: who wants some of them only says so later.
    """

    GUARDIAN = ("guardian_name", "guardian_relation", "guardian_phone")

    seen_alike = forms.CharField(required=False, widget=forms.HiddenInput)
    guardian_name = NameField(label=_("Guardian: name"), required=False)
    guardian_relation = forms.ChoiceField(
        label=_("Guardian: relation"), choices=(("", _("Choose")), *Relation.choices), required=False
    )
    guardian_phone = PhoneField(label=_("Guardian: phone"), required=False)
    compared = forms.ChoiceField(
        label=_("How do you know?"), choices=COMPARED, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, locations: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "guardian_phone", PhoneField).country = _field(self, "phone", PhoneField).country
        self.locations = {str(location.public_id): location for location in locations}
        if len(locations) > 1:
            choices = [(key, location.name) for key, location in self.locations.items()]
            self.fields["location"] = forms.ChoiceField(label=_("Location"), choices=choices)
            self.helper.layout.insert(0, "location")

    def more(self) -> tuple[Any, ...]:
        """What few people have stays folded away until it is needed: who signs for a minor, a health account."""
        return (
            Details(
                _("Under 18: who signs for them"),
                "guardian_name",
                Div("guardian_relation", "guardian_phone", css_class="field-row"),
                names=self.GUARDIAN,
            ),
            Details(_("Health account (ABHA)"), *super().more(), names=("abha_number", "abha_address")),
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the guardian of a minor, whole: name and relation."""
        cleaned = super().clean() or self.cleaned_data
        birth = cleaned.get("birth")
        is_under_age = birth is not None and is_minor(birth, _field(self, "birth", BirthField).today)
        is_begun = any(self.data.get(self.add_prefix(name)) for name in self.GUARDIAN)
        if is_under_age or is_begun:
            if not cleaned.get("guardian_name") and "guardian_name" not in self.errors:
                self.add_error(
                    "guardian_name",
                    ValidationError(
                        _("Under 18 a guardian signs: write who it is.") if is_under_age else _("Write the name.")
                    ),
                )
            if not cleaned.get("guardian_relation") and "guardian_relation" not in self.errors:
                self.add_error("guardian_relation", ValidationError(_("Say what they are to the patient.")))
        return cleaned

    def guardian(self) -> ContactFacts | None:
        """Return who signs for the patient, if somebody does. Only for a valid form."""
        if not self.cleaned_data["guardian_name"]:
            return None
        return ContactFacts(
            name=self.cleaned_data["guardian_name"],
            relation=self.cleaned_data["guardian_relation"],
            phone=self.cleaned_data["guardian_phone"],
            is_for_emergencies=bool(self.cleaned_data["guardian_phone"]),
            is_guardian=True,
        )

    def facts(self) -> PersonFacts:
        """Return what was typed: every reminder, or none."""
        facts = super().facts()
        return replace(facts, wants_visit_reminders=facts.wants_reminders, wants_check_ins=facts.wants_reminders)

    @property
    def chosen_location(self) -> Location:
        """The location that was chosen, or the only one."""
        key = self.cleaned_data.get("location") or next(iter(self.locations))
        return self.locations[key]

    def alike_seen(self) -> set[str]:
        """Return the public ids of the similar records that the desk has been shown."""
        return {key for key in self.cleaned_data.get("seen_alike", "").split(",") if key}


class AmendForm(PatientForm):
    """What is known of a person, as of `version`."""

    wishes = ("wants_reminders", "wants_visit_reminders", "wants_check_ins")
    version = forms.IntegerField(widget=forms.HiddenInput)
    wants_reminders = forms.BooleanField(label=_("Reminder to plan the next visit"), required=False)
    wants_visit_reminders = forms.BooleanField(label=_("Reminder before a visit"), required=False)
    wants_check_ins = forms.BooleanField(label=_("Questions how they are after a visit"), required=False)

    def layout(self) -> Layout:
        """The same fields, and the version they were read at."""
        layout = super().layout()
        layout.append("version")
        return layout


def initial_of(facts: PersonFacts) -> dict[str, Any]:
    """Return facts as the initial values of a form."""
    return {name: getattr(facts, name) for name in PersonFacts.__dataclass_fields__}


def _field(form: forms.Form, name: str, kind: type[F]) -> F:
    field = form.fields[name]
    assert isinstance(field, kind)
    return field
