"""Form fields that read what a person types into the clinic's words: a name, a phone, a date of birth."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from patients import birth, names, phones
from patients.birth import UNKNOWN_BIRTH, Birth
from patients.wording import as_typed


class NameField(forms.CharField):
    """A name in any script, kept as written; the limit is told, never applied silently."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=True, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs.setdefault("spellcheck", "false")

    def to_python(self, value: Any) -> str:
        """Return the name as it is stored."""
        try:
            return names.kept_and_needed(str(value or "")) if self.required else names.kept(str(value or ""))
        except names.NameIsEmpty:
            return ""
        except names.NameIsTooLong as refusal:
            raise ValidationError(
                _("A name can have %(limit)d characters; this one has %(length)d."),
                code="too_long",
                params={"limit": refusal.limit, "length": refusal.length},
            ) from refusal
        except names.NameHasHiddenMarks as refusal:
            raise ValidationError(
                _("There are hidden characters in this name (%(marks)s). Type it once more instead of pasting it."),
                code="hidden_marks",
                params={"marks": ", ".join(refusal.marks)},
            ) from refusal


class PhoneField(forms.CharField):
    """A phone in any spelling; `country` reads one without + and is set by the form from the location."""

    country = "IN"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
        super().__init__(strip=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored phone grouped for reading."""
        return phones.shown(value) if isinstance(value, str) and value.startswith("+") else value

    def to_python(self, value: Any) -> str:
        """Return the one stored form."""
        try:
            return phones.stored(str(value or ""), self.country)
        except phones.NotAPhone as refusal:
            raise ValidationError(_why_no_phone(refusal), code="no_phone", params={"n": refusal.digits}) from refusal


class BirthField(forms.CharField):
    """A date of birth as far as it is known; `today` is the day at the location, set by the form."""

    today: date

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(strip=True, empty_value="", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a known date as it is typed."""
        return as_typed(value, self.today) if isinstance(value, Birth) else value

    def clean(self, value: Any) -> Birth:
        """Return what is known."""
        text = super().clean(value)
        try:
            return birth.read(text, self.today) if text else UNKNOWN_BIRTH
        except birth.BornInTheFuture as refusal:
            raise ValidationError(_("This day is still to come."), code="future") from refusal
        except birth.BornTooLongAgo as refusal:
            raise ValidationError(_("Nobody is that old: check the year."), code="too_long_ago") from refusal
        except birth.NoSuchDay as refusal:
            raise ValidationError(_("The calendar has no such day."), code="no_such_day") from refusal
        except birth.WhichCentury as refusal:
            raise ValidationError(_("Write the year with four figures."), code="which_century") from refusal
        except birth.NotADate as refusal:
            raise ValidationError(
                _("Write it like 12/03/1951, March 1951, 1951 or about 75; leave it empty when it is not known."),
                code="not_a_date",
            ) from refusal


def _why_no_phone(refusal: phones.NotAPhone) -> Any:
    if refusal.is_short:
        return ngettext_lazy("One digit is too few for a phone.", "%(n)d digits are too few for a phone.", "n")
    if refusal.is_long:
        return ngettext_lazy("One digit is no phone.", "%(n)d digits are too many for a phone.", "n")
    if not refusal.digits:
        return _("There is no number in this.")
    return ngettext_lazy(
        "No phone has this number of one digit.",
        "No phone has this number (%(n)d digits). Numbers of other countries start with + and the country's code.",
        "n",
    )
