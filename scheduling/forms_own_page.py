"""What somebody types to be sent the link of their own page."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """An address."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Write the whole address, for example name@mail.example"),
            "invalid": _("Write the whole address, for example name@mail.example"),
            "max_length": _("This address is too long"),
            "null_characters_not_allowed": _("Write the whole address, for example name@mail.example"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "patients/_intake_fields.html"
        self.helper.layout = Layout("email")
        self.use_required_attribute = False
