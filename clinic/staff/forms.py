"""Signing in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


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
        username.widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "class": "form-control", "maxlength": 254}
        )
        self.fields["password"].widget.attrs.update({"autocomplete": "current-password", "class": "form-control"})

    def clean_username(self) -> str:
        """Read the address in any case."""
        return str(self.cleaned_data["username"]).strip().lower()
