"""A look at the thermometer, what an excursion means, and a line of a recall's log: read into domain values."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.validators import of_a_calendar
from treatments.models import ContactOutcome, Lot
from treatments.models.fridge import COLDEST_C, WARMEST_C

if TYPE_CHECKING:
    _Lots = forms.ModelMultipleChoiceField[Lot]
else:
    _Lots = forms.ModelMultipleChoiceField


class LotChoices(_Lots):
    """Lots to tick, by their printed number."""

    def label_from_instance(self, obj: Lot) -> str:
        """Return number and product."""
        return f"{obj.number} ({obj.product.name})"


def _degrees(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=4,
        decimal_places=1,
        min_value=COLDEST_C,
        max_value=WARMEST_C,
        widget=forms.TextInput(
            attrs={"inputmode": "text", "autocomplete": "off", "class": "form-control-short form-control-num"}
        ),
    )


class ReadingForm(forms.Form):
    """Lowest, highest and now. Nothing has a default but the time: without one it is now."""

    min_c = _degrees(_("Lowest, °C"))
    max_c = _degrees(_("Highest, °C"))
    now_c = _degrees(_("Now, °C"))
    read_at = forms.DateTimeField(
        label=_("Read at"),
        required=False,
        help_text=_("Only for a reading written in later."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[of_a_calendar],
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_read_at(self) -> datetime:
        """Return when it was read, which is not in the future."""
        read_at: datetime = self.cleaned_data["read_at"] or self.now
        if read_at > self.now:
            raise forms.ValidationError(gettext("This time has not come yet."))
        return read_at

    def clean(self) -> dict[str, Any]:
        """Now lies between the lowest and the highest, both included."""
        data = super().clean() or {}
        low, high, current = data.get("min_c"), data.get("max_c"), data.get("now_c")
        if low is not None and high is not None and current is not None and not low <= current <= high:
            self.add_error("now_c", gettext("It must lie between the lowest and the highest."))
        return data


class ExcursionForm(forms.Form):
    """Which lots an excursion counts for, and why."""

    lots = LotChoices(label=_("Lots affected"), queryset=Lot.objects.none(), required=False, to_field_name="public_id")
    note = forms.CharField(label=_("What happened, and why they count or not"), max_length=300)

    def __init__(self, *args: Any, lots: "QuerySet[Lot]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lots"].queryset = lots  # type: ignore[attr-defined] # the field is ours


class ContactForm(forms.Form):
    """What came of trying to tell a patient."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", "—"), *ContactOutcome.choices])
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
