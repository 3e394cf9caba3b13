"""Form fields of the register, for staff: the health account, and a few words on one line."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from patients import abha, names


class AbhaNumberField(forms.CharField):
    """An ABHA number in any grouping."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(strip=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number grouped for reading."""
        return abha.number_shown(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{14}", value) else value

    def to_python(self, value: Any) -> str:
        """Return the one stored form."""
        try:
            return abha.number_kept(str(value or ""))
        except abha.NotAnAbhaNumber as refusal:
            raise ValidationError(_why_no_abha(refusal), code="no_abha", params={"n": refusal.digits}) from refusal


class AbhaAddressField(forms.CharField):
    """An ABHA address in any case."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(strip=True, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the one stored form."""
        try:
            return abha.address_kept(str(value or ""))
        except abha.NotAnAbhaAddress as refusal:
            raise ValidationError(
                _("An ABHA address looks like name@abdm: 4 to 18 letters, figures, dots or underscores before the @."),
                code="no_abha_address",
            ) from refusal


class OneLineField(forms.CharField):
    """A few words on one line, without what nobody can see."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(strip=True, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the words with single spaces; a mark that turns the letters around it is refused."""
        words = " ".join(str(super().to_python(value) or "").split())
        if any(names.is_hidden(character) for character in words):
            raise ValidationError(
                _("There are hidden characters in this text. Type it once more."), code="hidden_marks"
            )
        return words


def _why_no_abha(refusal: abha.NotAnAbhaNumber) -> Any:
    if refusal.is_like_aadhaar:
        return _("An ABHA number has 14 digits; this one has 12. An Aadhaar number is not kept here.")
    if refusal.digits:
        return ngettext_lazy(
            "An ABHA number has 14 digits; this is one digit.",
            "An ABHA number has 14 digits; this one has %(n)d.",
            "n",
        )
    return _("An ABHA number has 14 digits and nothing else.")
