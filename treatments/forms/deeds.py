"""Small forms of one deed each: the reasons of overrides, a change of state, a session limit."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.findings import Finding
from treatments.gates import MIN_REASON
from treatments.quantities import QuantityUnreadable, parse_units

PREFIX = "reason_"


class ReasonsForm(forms.Form):
    """One reason for each finding that needs one, never one for all."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, findings: Iterable[Finding]) -> None:
        super().__init__(data)
        for found in findings:
            self.fields[f"{PREFIX}{found.key}"] = forms.CharField(
                label=gettext_lazy("Reason, kept on the record"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def field_of(self, found: Finding) -> BoundField | None:
        """Return the box of a finding's reason."""
        name = f"{PREFIX}{found.key}"
        return self[name] if name in self.fields else None

    def ask_for(self, findings: Iterable[Finding]) -> None:
        """Say at each box what it still needs."""
        for found in findings:
            name = f"{PREFIX}{found.key}"
            if name in self.fields:
                self.add_error(
                    name, _("Write the reason in words: at least %(least)d characters.") % {"least": MIN_REASON}
                )


def reasons_in(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the reasons that were written, by the finding they answer."""
    return {
        str(name).removeprefix(PREFIX): str(data[name]).strip()
        for name in data
        if str(name).startswith(PREFIX) and str(data[name]).strip()
    }


class LimitForm(forms.Form):
    """The most a clinician allows of a product in one session."""

    max_units = forms.CharField(
        label=gettext_lazy("Most units a session"), widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), min_length=MIN_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_max_units(self) -> Any:
        """Read the dose as every dose is read."""
        try:
            return parse_units(self.cleaned_data["max_units"])
        except QuantityUnreadable as refusal:
            raise forms.ValidationError(_(refusal.reason)) from refusal


class StateForm(forms.Form):
    """Pause, stop or complete a plan, and why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
