"""The numbers of a catalogue entry as a form: one box each, named by the number's path, and why they change."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.entry_changes import Number, disagreements, numbers_of, read_number, with_changes
from treatments.gates import MIN_REASON

PREFIX = "n-"


class EntryForm(forms.Form):
    """Every number of an entry that a manager may change. `changes` holds those that differ, by path."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        min_length=MIN_REASON,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept with the version, and shown as the source of what you changed."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, facts: Mapping[str, Any], seen: int, kept: Mapping[str, str]
    ) -> None:
        super().__init__(data, initial={"seen": seen, "reason": kept.get("reason", "")})
        self.facts = facts
        self.changes: dict[str, Any] = {}
        self.numbers = numbers_of(facts)
        for number in self.numbers:
            self.fields[f"{PREFIX}{number.name}"] = forms.CharField(
                label=f"{number.row}: {number.label}" if number.row else number.label,
                required=False,
                max_length=200,
                initial=kept.get(number.name, number.shown),
                widget=forms.TextInput(
                    attrs={"inputmode": "text" if number.is_list else "decimal", "autocomplete": "off"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Read each number; then look at what contradicts itself."""
        data = super().clean() or {}
        for number in self.numbers:
            name = f"{PREFIX}{number.name}"
            if name not in self.data or name in self.errors:
                continue
            value, wrong = read_number(number, data.get(name, ""))
            if wrong:
                self.add_error(name, _(wrong))
            elif not _same(value, number.value):
                self.changes[number.name] = value
        if not self.errors:
            after = with_changes(self.facts, self.changes, why="")
            for path, problem in disagreements(after, self.facts).items():
                name = f"{PREFIX}{path}"
                self.add_error(name if name in self.fields else None, _(problem))
        return data

    def box(self, number: Number) -> BoundField:
        """Return the box of a number."""
        return self[f"{PREFIX}{number.name}"]

    def typed_changes(self) -> dict[str, str]:
        """Return what was typed into boxes that differ from the version the editor had open, right or wrong."""
        return {
            number.name: str(self.data[name]).strip()
            for number in self.numbers
            if (name := f"{PREFIX}{number.name}") in self.data and str(self.data[name]).strip() != number.shown
        }


def _same(value: Any, stored: Any) -> bool:
    """Whether a value is the stored one; 0.5 as text and 5.0 are what they say."""
    if isinstance(stored, str):
        return str(value) == stored
    return bool(value == stored)
