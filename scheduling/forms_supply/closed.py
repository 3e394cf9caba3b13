"""The closed days of a location: its own, and those public holidays it keeps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scheduling.fields import ClosedDays, LookedAt

NAME_AT_MOST = 80


class ClosedForm(ClosedDays, LookedAt):
    """Days to close and to open; public holidays to keep."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=120)
    kept = forms.MultipleChoiceField(
        label=_("Public holidays"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": _("This holiday is not offered any more. Look again.")},
    )

    def __init__(self, *args: Any, offered: Mapping[date, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["kept"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), f"{date_format(day, 'D j M Y')}, {name}") for day, name in offered.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a press that changes nothing."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not (data["kept"] or data["removed"] or data["closed_from"]):
            self.add_error(None, _("Nothing is changed yet: tick a holiday, or name a day."))
        return data

    @property
    def added(self) -> tuple[tuple[date, str], ...]:
        """The days to close: holidays by their names, and the clinic's own."""
        ticked = set(self.cleaned_data["kept"])
        kept = tuple((day, name[:NAME_AT_MOST]) for day, name in self.offered.items() if day.isoformat() in ticked)
        return (*kept, *super().added)
