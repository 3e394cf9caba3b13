"""Signing in, passwords, and what a manager writes about a colleague."""

from collections.abc import Sequence
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from clinic.locations.models import Location
from clinic.staff.accounts import assignable
from clinic.staff.inviting import AccountFacts
from clinic.staff.models import Role, User

JOINERS: Final = dict.fromkeys(map(ord, "\u200c\u200d"))
"""Indic scripts need them within a name; every other mark that is not seen is refused."""
LONGEST_ADDRESS: Final = 254
PASSWORD_HELP: Final = _("At least 12 characters. Four words that belong together for you alone are good.")


class SignInForm(AuthenticationForm):
    """E-mail and password; never tells whether the account exists."""

    error_messages = {
        "invalid_login": _("E-mail and password do not match. Check both and try again."),
        "inactive": _("E-mail and password do not match. Check both and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = _("E-mail")
        username.validators.append(MaxLengthValidator(LONGEST_ADDRESS))  # the parent only draws the limit
        username.widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "class": "form-control", "maxlength": LONGEST_ADDRESS}
        )
        self.fields["password"].widget.attrs.update({"autocomplete": "current-password", "class": "form-control"})

    def clean_username(self) -> str:
        """Read the address in any case."""
        return str(self.cleaned_data["username"]).strip().lower()


class AddressField(forms.EmailField):
    """An address as accounts keep it: in small letters."""

    def clean(self, value: Any) -> str:
        """Return it so."""
        return str(super().clean(value)).strip().lower()


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = AddressField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg] # Django's own takes no argument
    """The password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_plainly(self)


class OwnPasswordForm(PasswordChangeForm):
    """The password there is, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_plainly(self)
        self.fields["old_password"].label = _("Password you have now")


class ColleagueForm(forms.Form):
    """What a manager writes about a colleague. `facts()` hands it over in domain types."""

    full_name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As patients and colleagues know it."))
    email = AddressField(
        label=_("E-mail address"),
        help_text=_("Their own, read by nobody else: who reads it sets the password."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    locations = forms.ModelMultipleChoiceField(
        label=_("Works at"),
        queryset=Location.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one location.")},
    )

    def __init__(self, *args: Any, places: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locations"].queryset = Location.objects.filter(pk__in=[place.pk for place in places])  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["locations"].initial = [places[0].public_id]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.errors_shown_above = True
        self.helper.layout = Layout(
            "full_name", "email", Field("role", wrapper_class="choices"), Field("locations", wrapper_class="options")
        )

    def clean_full_name(self) -> str:
        """Refuse marks nobody sees: they make two names look like one."""
        name = " ".join(str(self.cleaned_data["full_name"]).split())
        if not name.translate(JOINERS).isprintable():
            raise ValidationError(_("The name contains a mark that cannot be seen. Type it anew."))
        return name

    def facts(self) -> AccountFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return AccountFacts(
            full_name=data["full_name"],
            email=data["email"],
            role=Role(data["role"]),
            locations=list(data["locations"]),
        )


class EditForm(ColleagueForm):
    """The same about somebody who is here; nobody changes their own role."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)

    def __init__(self, data: Any, *, person: User, by: User) -> None:
        initial = {
            "full_name": person.full_name,
            "email": person.email,
            "role": person.role,
            "locations": [place.public_id for place in person.locations.all()],
            "version": person.version,
        }
        super().__init__(data, initial=initial, places=assignable(by))
        self.helper.layout.append("version")
        if person == by:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = _("Another manager has to change your role.")

    def show_version(self, version: int) -> None:
        """Show what was typed over the newest state: pressed again it is saved."""
        self.data = {**self.data.dict(), "locations": self.data.getlist("locations"), "version": str(version)}  # type: ignore[attr-defined]


def _say_plainly(form: forms.Form) -> None:
    """Name the boxes of Django's forms in our words."""
    form.fields["new_password1"].label = _("New password")
    form.fields["new_password1"].help_text = PASSWORD_HELP
    form.fields["new_password2"].label = _("New password, once more")
    form.fields["new_password2"].help_text = ""
