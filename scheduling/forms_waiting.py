"""What the desk writes down of somebody who would come sooner."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from scheduling.fields import CLOCK, DAY, WEEKDAYS
from scheduling.forms import WhatAndWhoForm
from scheduling.wishes import Wish

USUALLY = timedelta(weeks=4)
LONGEST = timedelta(days=366)


class WaitForm(WhatAndWhoForm):
    """For what, with whom, and when the patient could come."""

    first_on = forms.DateField(label=_("From"), widget=DAY, validators=[of_a_calendar])
    until_on = forms.DateField(label=_("Until and with"), widget=DAY, validators=[of_a_calendar])
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days that suit (none ticked: any)"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    opens = forms.TimeField(label=_("Not before"), widget=CLOCK, required=False)
    closes = forms.TimeField(label=_("Over by"), widget=CLOCK, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial = {"first_on": today, "until_on": today + USUALLY, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Return the wish as `wish`, in the clinic's own type."""
        data: dict[str, Any] = super().clean() or {}
        first, until = data.get("first_on"), data.get("until_on")
        if first and until and until < max(first, self.today):
            self.add_error("until_on", _("The last day comes after the first, and is still to come."))
        elif until and until > self.today + LONGEST:
            self.add_error("until_on", _("Choose a day within a year."))
        if data.get("opens") and data.get("closes") and data["closes"] <= data["opens"]:
            self.add_error("closes", _("The visit is over later than it begins."))
        if not self.errors:
            data["wish"] = Wish(first, until, tuple(data["weekdays"]), data["opens"], data["closes"])  # type: ignore[arg-type]
        return data
