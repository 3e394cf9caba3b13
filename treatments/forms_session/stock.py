"""What is made up, received, taken out of use, closed: read into domain values. Nothing of it has a default."""

import re
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.days import FIRST_ASKED
from clinic.lib.validators import of_a_calendar
from clinic.staff.models import User
from treatments.models import ProductVersion, Vial
from treatments.models.stock import Diluent, LotState
from treatments.preparing import MakingUp
from treatments.quantities import QuantityUnreadable, parse_ml, parse_units
from treatments.stocking import last_day_printed

MONTH_ONLY = re.compile(r"(?:(\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2}))")
MOST_VIALS = 200


if TYPE_CHECKING:
    _Vials = forms.ModelMultipleChoiceField[Vial]
else:
    _Vials = forms.ModelMultipleChoiceField


class VialChoices(_Vials):
    """Bottles to tick; the template writes each one's lot, expiry and state beside it."""

    def label_from_instance(self, obj: Vial) -> str:
        """Return lot and label."""
        return f"{obj.lot.number} {obj.label}"


class MakeUpForm(forms.Form):
    """Vials, diluent, mL and time, each asked for."""

    vials = VialChoices(label=_("Vials"), queryset=Vial.objects.none(), to_field_name="public_id")
    diluent = forms.ChoiceField(label=_("Diluent"), choices=Diluent.choices, widget=forms.RadioSelect)
    diluent_ml = forms.CharField(label=_("mL in all"), help_text=_("For a ready solution, its own volume."))
    reconstituted_at = forms.DateTimeField(
        label=_("Made up at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[of_a_calendar],
    )
    is_already_given = forms.BooleanField(
        label=_("Already injected: record what was used"),
        required=False,
        help_text=_("Then a stop no longer stops; it is signed as given despite it."),
    )

    def __init__(self, *args: Any, vials: "QuerySet[Vial]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vials"].queryset = vials  # type: ignore[attr-defined] # the field is ours

    def clean_diluent_ml(self) -> Decimal:
        """Read the volume."""
        try:
            return parse_ml(self.cleaned_data["diluent_ml"])
        except QuantityUnreadable as refused:
            raise forms.ValidationError(gettext(refused.reason)) from refused

    def making(self) -> MakingUp:
        """Return what was done at the bench."""
        data = self.cleaned_data
        return MakingUp(
            vials=list(data["vials"]),
            diluent=data["diluent"],
            diluent_ml=data["diluent_ml"],
            reconstituted_at=data["reconstituted_at"],
        )


class ReceiveForm(forms.Form):
    """A delivery: product, lot as printed, expiry as printed, units a vial, how many."""

    product = forms.ModelChoiceField(
        label=_("Product"), queryset=ProductVersion.objects.none(), to_field_name="public_id"
    )
    number = forms.CharField(label=_("Lot"), max_length=60, help_text=_("Letter for letter as printed, zeros too."))
    expires = forms.CharField(label=_("Expires"), help_text=_("As printed: 31/03/2027 or 03/2027."))
    vial_units = forms.CharField(label=_("Units in a vial"))
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=MOST_VIALS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = ProductVersion.objects.current()  # type: ignore[attr-defined]
        self.fields["product"].label_from_instance = attrgetter("name")  # type: ignore[attr-defined]
        self.is_month_only = False

    def clean_expires(self) -> date:
        """Read a full date, or month and year: then it is the month's last day."""
        typed = self.cleaned_data["expires"].strip()
        found = MONTH_ONLY.fullmatch(typed)
        if found:
            month, year = (found[1], found[2]) if found[1] else (found[4], found[3])
            if 1 <= int(month) <= 12 and int(year) >= FIRST_ASKED.year:  # noqa: PLR2004 - the months of a year
                self.is_month_only = True
                return last_day_printed(int(year), int(month))
        expires_on: date = forms.DateField(validators=[of_a_calendar]).clean(typed)
        return expires_on

    def clean_vial_units(self) -> Decimal:
        """Read the units of one vial."""
        try:
            return parse_units(self.cleaned_data["vial_units"])
        except QuantityUnreadable as refused:
            raise forms.ValidationError(gettext(refused.reason)) from refused


class LotStateForm(forms.Form):
    """Take a lot out of use or put it back, with the reason; `seen` is the state the page showed."""

    state = forms.ChoiceField(label=_("State"), choices=LotState.choices)
    seen = forms.ChoiceField(choices=LotState.choices, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class CloseForm(forms.Form):
    """Close vials; what is left is written off with its reason."""

    vials = VialChoices(label=_("Vials"), queryset=Vial.objects.none(), to_field_name="public_id")
    reason = forms.CharField(label=_("Why the rest is discarded"), required=False, max_length=300)
    witness = forms.ModelChoiceField(
        label=_("Seen by"), queryset=User.objects.none(), required=False, to_field_name="public_id"
    )

    def __init__(self, *args: Any, vials: "QuerySet[Vial]", staff: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vials"].queryset = vials  # type: ignore[attr-defined]
        self.fields["witness"].queryset = staff  # type: ignore[attr-defined]
