"""What the desk asks of the recall list, and what it writes down of a call."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from scheduling import recall
from scheduling.call_outcomes import LONGEST_SNOOZE, OUTCOMES
from scheduling.models import CallOutcome
from scheduling.recall import Count, Wanted

A_DAY = timedelta(days=1)


class FilterForm(forms.Form):
    """The list narrowed, asked by GET so that each combination is an address. What cannot be read narrows nothing."""

    group = forms.ChoiceField(choices=[(key, key) for key in (recall.NOW, *recall.GROUPS)], required=False)
    q = forms.CharField(
        label=_("Name, number, phone or date of birth"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    location = forms.UUIDField(label=_("Location"), required=False)
    clinician = forms.UUIDField(label=_("Clinician"), required=False)
    since = forms.DateField(
        label=_("To be back from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[of_a_calendar],
    )
    until = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=[of_a_calendar]
    )

    def wanted(self, *, otherwise: str = recall.NOW) -> Wanted:
        """Return what is asked for, as far as it can be read."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            group=data.get("group") or otherwise,
            location=data.get("location"),
            clinician=data.get("clinician"),
            text=data.get("q") or "",
            since=data.get("since"),
            until=data.get("until"),
        )

    def offer(self, name: str, choices: Sequence[Count]) -> None:
        """Show a filter as a choice among what there is, with how many wait behind each."""
        words = [("", _("All")), *((one.key, f"{one.name} ({one.count})") for one in choices)]
        self.fields[name].widget = forms.Select(choices=words)


class CallForm(forms.Form):
    """What came of a call, in the desk's words: nothing about health is asked."""

    outcome = forms.ChoiceField(label=_("What happened"), choices=CallOutcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("What was agreed. Nothing about health or treatment."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    again_on = forms.DateField(
        label=_("Ring again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[of_a_calendar],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["again_on"].widget.attrs |= {
            "min": (today + A_DAY).isoformat(),
            "max": (today + LONGEST_SNOOZE).isoformat(),
        }

    def clean_again_on(self) -> date | None:
        """Refuse a day that has come already, and one that nobody will remember."""
        day: date | None = self.cleaned_data["again_on"]
        if day is not None and not self.today < day <= self.today + LONGEST_SNOOZE:
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask why, where the patient will not come; a call that ends it is followed by no other."""
        data: dict[str, Any] = super().clean() or {}
        outcome = data.get("outcome")
        if outcome == CallOutcome.DECLINED and not data.get("note"):
            self.add_error("note", _("Say in the patient's words why not."))
        if outcome and OUTCOMES[outcome].ends_it:
            data["again_on"] = None
        return data


class TakeBackForm(forms.Form):
    """Why an entry was a mistake."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class GiveUpForm(forms.Form):
    """Why nobody tries any more."""

    said = forms.CharField(
        label=_("Why"), max_length=200, error_messages={"required": _("Say why, so that the next person knows.")}
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
