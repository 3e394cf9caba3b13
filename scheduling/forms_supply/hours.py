"""A clinician's week: for each weekday from, until, and the breaks between."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from scheduling import weekly
from scheduling.fields import CLOCK, DAY, WEEKDAYS, LookedAt
from scheduling.supplying.hours import Week
from scheduling.weekly import DayHours, Period


class WeekForm(LookedAt):
    """The week that holds from a day on. An empty weekday is free."""

    valid_from = forms.DateField(
        label=_("From"),
        widget=DAY,
        validators=[of_a_calendar],
        error_messages={"required": _("Say from which day.")},
    )
    valid_until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DAY,
        validators=[of_a_calendar],
        help_text=_("Empty: until changed."),
    )

    def __init__(self, *args: Any, week: Week | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        first, last = week.period if week else (None, None)
        self.fields["valid_from"].initial = max(first or today, today)
        self.fields["valid_until"].initial = last
        shown = {day.weekday: day for day in week.days} if week else {}
        for number, name in WEEKDAYS:
            day = shown.get(number)
            self.fields[f"starts_{number}"] = forms.TimeField(
                label=_("%(day)s, from") % {"day": name},
                required=False,
                widget=CLOCK,
                initial=day.starts if day else None,
            )
            self.fields[f"ends_{number}"] = forms.TimeField(
                label=_("%(day)s, until") % {"day": name},
                required=False,
                widget=CLOCK,
                initial=day.ends if day else None,
            )
            self.fields[f"breaks_{number}"] = forms.CharField(
                label=_("%(day)s, breaks") % {"day": name},
                required=False,
                max_length=120,
                initial=weekly.in_words(day.breaks) if day else "",
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The weekdays as the template draws them."""
        parts = ("starts", "ends", "breaks")
        return [{"name": name} | {part: self[f"{part}_{number}"] for part in parts} for number, name in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        """Refuse a day that ends before it begins, a break that is none, and a period that has gone by."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and first < self.today:
            self.add_error("valid_from", _("This day has gone by: what held then stays as it was."))
        if first and last and last < first:
            self.add_error("valid_until", _("Choose the first day or a later one."))
        for number, _name in WEEKDAYS:
            self._clean_day(number, data)
        return data

    def _clean_day(self, number: int, data: dict[str, Any]) -> None:
        starts, ends = data.get(f"starts_{number}"), data.get(f"ends_{number}")
        broken = {f"starts_{number}", f"ends_{number}"} & set(self.errors)
        if broken:
            return
        if starts is None and (ends is not None or data.get(f"breaks_{number}")):
            self.add_error(f"starts_{number}", _("Say from when, or leave the day empty."))
        elif starts is not None and ends is None:
            self.add_error(f"ends_{number}", _("Say until when."))
        elif starts is not None and ends is not None and starts >= ends:
            self.add_error(f"ends_{number}", _("Choose a time after the first."))
        try:
            weekly.read_breaks(data.get(f"breaks_{number}") or "")
        except ValueError:
            self.add_error(f"breaks_{number}", _("Write breaks like 13:00-14:00, 16:30-16:45."))

    @property
    def period(self) -> Period:
        """From when until when the week holds."""
        return self.cleaned_data["valid_from"], self.cleaned_data["valid_until"]

    @property
    def days(self) -> tuple[DayHours, ...]:
        """The weekdays that are worked."""
        data = self.cleaned_data
        return tuple(
            DayHours(
                number,
                data[f"starts_{number}"],
                data[f"ends_{number}"],
                weekly.read_breaks(data[f"breaks_{number}"]),
            )
            for number, _name in WEEKDAYS
            if data[f"starts_{number}"] is not None
        )
