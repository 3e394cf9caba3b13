"""One score of a plan, as a clinician types it on the chart."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.lib.days import FIRST_ASKED
from treatments.errors import ScoreOutOfRange
from treatments.formulary import Instrument
from treatments.quantities import show_number


class ScoreForm(forms.Form):
    """Which instrument, which value, on which day. Only values are asked: no instrument's wording stands here."""

    instrument = forms.ChoiceField(label=gettext_lazy("Score"))
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

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        instruments: Sequence[Instrument],
        initial: Mapping[str, Any],
        prefix: str = "",
    ) -> None:
        super().__init__(data, initial=dict(initial), auto_id=f"{prefix}%s")
        self.fields["instrument"].choices = [(one.key, labelled(one)) for one in instruments]  # type: ignore[attr-defined]

    def out_of_range(self, refusal: ScoreOutOfRange) -> None:
        """Say beside the value which values there are."""
        self.add_error("value", range_words(refusal))

    def in_future(self) -> None:
        """Say beside the day that it has not come."""
        self.add_error("taken_on", _("This day has not come yet."))


def range_words(refusal: ScoreOutOfRange) -> str:
    """Return which values an instrument has: "From 0 to 28."."""
    lowest = "" if refusal.lowest is None else show_number(refusal.lowest)
    highest = "" if refusal.highest is None else show_number(refusal.highest)
    if not highest:
        return _("At least %(lowest)s.") % {"lowest": lowest}
    if not lowest:
        return _("At most %(highest)s.") % {"highest": highest}
    return _("From %(lowest)s to %(highest)s.") % {"lowest": lowest, "highest": highest}


def labelled(instrument: Instrument) -> str:
    """Return an instrument's name with its values: "NRS, 0-10"; where its items may not be shown, "total only"."""
    ends = [show_number(end) for end in (instrument.lowest, instrument.highest) if end is not None]
    parts = [instrument.name, "–".join(ends) if instrument.highest is not None else ""]  # noqa: RUF001 - a range is written with an en dash
    if not instrument.items_may_be_shown:
        parts.append(_("total only"))
    return ", ".join(part for part in parts if part)
