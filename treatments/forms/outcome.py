"""Small forms about outcomes: a window by hand, a report, a correction, a mark, a week's headache days."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib.days import FIRST_ASKED
from treatments.gates import MIN_REASON
from treatments.intervals import DAYS_IN_WEEK, Interval
from treatments.models import MarkKind

LONGEST_REASON = 300
MOST = {"days": 731, "weeks": 104, "months": 24}
"""Two years: beyond it a figure was mistyped."""


class ReasonForm(forms.Form):
    """Why, in words."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=MIN_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WindowForm(ReasonForm):
    """When the effect ends, as a clinician sets it: the day after the session, or an interval."""

    value = forms.IntegerField(
        label=gettext_lazy("Ends after"),
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("days", gettext_lazy("days")),
            ("weeks", gettext_lazy("weeks")),
            ("months", gettext_lazy("months")),
        ],
        initial="weeks",
    )
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("value", "unit", "reason", "seen")

    def clean(self) -> dict[str, Any]:
        """A figure beyond two years was mistyped."""
        found: dict[str, Any] = super().clean() or {}
        value, unit = found.get("value"), found.get("unit")
        if value and unit and value > MOST[unit]:
            self.add_error("value", _("At most two years: %(most)s %(unit)s.") % {"most": MOST[unit], "unit": _(unit)})
        return found

    @property
    def until(self) -> int | Interval:
        """The day after the session, or the interval as it was said."""
        value, unit = self.cleaned_data["value"], self.cleaned_data["unit"]
        return int(value) if unit == "days" else Interval(value, unit)


class WearOffForm(forms.Form):
    """The day on which the patient said that it is wearing off."""

    told_on = forms.DateField(
        label=gettext_lazy("Said on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_ASKED)],
    )


class MarkForm(ReasonForm):
    """What made a score tell of something else."""

    kind = forms.ChoiceField(label=gettext_lazy("Because of"), choices=MarkKind.choices)
    field_order = ("kind", "reason")


class CorrectionForm(ReasonForm):
    """A score as it should have been; of a week's count the days, of any other the value."""

    value = forms.DecimalField(
        label=gettext_lazy("Value"),
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    taken_on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_ASKED)],
    )
    field_order = ("value", "taken_on", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, is_week: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if is_week:
            self.fields["value"] = forms.IntegerField(
                label=gettext_lazy("Headache days in the week"),
                min_value=0,
                max_value=DAYS_IN_WEEK,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            self.order_fields(self.field_order)

    @property
    def typed(self) -> Decimal:
        """What was typed: a value, or days."""
        return Decimal(self.cleaned_data["value"])


class DiaryForm(forms.Form):
    """Headache days week by week, 0 to 7 each; a week left empty is not known."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        weeks: Sequence[date],
        known: Mapping[date, int],
        prefix: str = "",
    ) -> None:
        super().__init__(data, auto_id=f"{prefix}%s")
        self.weeks = weeks
        for end in weeks:
            self.fields[name_of(end)] = forms.IntegerField(
                label=_("Headache days of the week to %(day)s") % {"day": date_format(end)},
                min_value=0,
                max_value=DAYS_IN_WEEK,
                required=False,
                initial=known.get(end),
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control form-control-num"}
                ),
            )

    @property
    def changed_weeks(self) -> dict[date, int]:
        """The weeks with another figure than was known, the earliest first."""
        typed = {end: self.cleaned_data.get(name_of(end)) for end in reversed(self.weeks)}
        return {
            end: days for end, days in typed.items() if days is not None and days != self.fields[name_of(end)].initial
        }


def name_of(end: date) -> str:
    """The field of the week that ended on a day."""
    return f"week-{end.isoformat()}"
