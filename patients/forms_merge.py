"""The form that makes two records one: whose version of each thing is kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from patients.wording_merge import Line

SURVIVOR, MERGED = "survivor", "merged"


class MergeForm(forms.Form):
    """A choice for each line that differs. `taken()` and `seen()` hand over domain types."""

    other = forms.UUIDField(widget=forms.HiddenInput)
    press = forms.UUIDField(widget=forms.HiddenInput)
    merged_version = forms.IntegerField(widget=forms.HiddenInput)
    survivor_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, lines: Sequence[Line], **more: Any) -> None:
        super().__init__(data, **more)
        self.lines = [line for line in lines if line.differs]
        for line in self.lines:
            self.fields[f"keep_{line.name}"] = forms.ChoiceField(
                label=line.label,
                choices=((SURVIVOR, line.survivor), (MERGED, line.merged)),
                initial=MERGED if line.is_taken else SURVIVOR,
                required=False,  # what differs since the page was shown has no button on it: the versions tell
                widget=forms.RadioSelect,
            )

    def rows(self) -> list[tuple[Line, Any]]:
        """Return each line that differs with its two buttons."""
        return [(line, self[f"keep_{line.name}"]) for line in self.lines]

    def taken(self) -> set[str]:
        """Return the choices in which the version of the record that goes is kept. Only for a valid form."""
        return {line.name for line in self.lines if self.cleaned_data[f"keep_{line.name}"] == MERGED}

    def seen(self) -> tuple[int, int]:
        """Return the versions that were shown: of the record that goes, and of the one that stays."""
        return self.cleaned_data["merged_version"], self.cleaned_data["survivor_version"]

    def pressed(self) -> UUID:
        """Return what identifies this press of the button."""
        press: UUID = self.cleaned_data["press"]
        return press
