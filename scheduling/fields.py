"""Fields that several of the manager's forms share: days and clocks, weekdays, closed days, what was looked at."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from clinic.locations.models import Closure
from scheduling.slots import days

CLOSED_AT_MOST = timedelta(days=62)
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class LookedAt(forms.Form):
    """A form whose change is looked at before it is saved."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=120)
    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)


class ClosedDays(forms.Form):
    """Days of a location to close, and closed ones to open."""

    removed = forms.MultipleChoiceField(
        label=_("Open after all on"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": _("A colleague took one of these days away meanwhile. Look again.")},
    )
    closed_from = forms.DateField(
        label=_("Closed from"),
        required=False,
        widget=DAY,
        validators=[of_a_calendar],
    )
    closed_until = forms.DateField(
        label=_("Last closed day"),
        required=False,
        widget=DAY,
        validators=[of_a_calendar],
        help_text=_("Empty: one day."),
    )
    closed_for = forms.CharField(label=_("What for"), required=False, max_length=80)

    def __init__(self, *args: Any, closures: Sequence[Closure], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.closures = {str(closure.public_id): closure for closure in closures}
        self.fields["removed"].choices = [  # type: ignore[attr-defined]
            (key, f"{date_format(one.on, 'D j M Y')}, {one.name}") for key, one in self.closures.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse closed days without sense."""
        data: dict[str, Any] = super().clean() or {}
        first = data.get("closed_from")
        last = data.get("closed_until") or first
        if first is None and (data.get("closed_until") or data.get("closed_for")) and "closed_from" not in self.errors:
            self.add_error("closed_from", _("Say from which day."))
        if first and first < self.today:
            self.add_error("closed_from", _("This day has gone by."))
        if first and last and not timedelta(0) <= last - first <= CLOSED_AT_MOST:
            self.add_error("closed_until", _("Choose a day within two months after the first."))
        if first and not data.get("closed_for"):
            self.add_error("closed_for", _("Say what for: staff see it."))
        return data

    @property
    def added(self) -> tuple[tuple[date, str], ...]:
        """The days to close, each with its name."""
        data = self.cleaned_data
        first = data["closed_from"]
        last = data["closed_until"] or first
        return tuple((day, data["closed_for"]) for day in days(first, last)) if first else ()

    @property
    def opened(self) -> tuple[UUID, ...]:
        """The closures to take away."""
        return tuple(sorted(self.closures[key].public_id for key in self.cleaned_data["removed"]))
