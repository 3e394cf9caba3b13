"""What a manager fills in to write new words for a consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.consent_words import NoSuchPlace, tidied
from patients.models import Language


class WordingForm(forms.Form):
    """New words of one kind, in every language: one field a language, and the version that was looked at."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"text_{code}"] = forms.CharField(
                label=name,
                max_length=12_000,
                strip=False,
                error_messages={"required": _("New words are written in every language")},
                widget=forms.Textarea(attrs={"rows": 14, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse braces around something that is not filled in, and a language without words."""
        data: dict[str, Any] = super().clean() or {}
        for code in Language.values:
            name = f"text_{code}"
            if name not in data:
                continue
            try:
                data[name] = tidied(data[name])
            except NoSuchPlace as error:
                self.add_error(
                    name,
                    _("{%(name)s} is not filled in. What can be: {clinic}, {phone}, {contact}.") % {"name": error.name},
                )
            else:
                if not data[name]:
                    self.add_error(name, _("New words are written in every language"))
        return data

    @property
    def texts(self) -> dict[str, str]:
        """The words by language. Only for a valid form."""
        return {code: self.cleaned_data[f"text_{code}"] for code in Language.values}
