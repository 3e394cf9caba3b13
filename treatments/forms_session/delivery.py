"""A delivery, and a lot that was written down wrongly: product, lot and expiry as the pack prints them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.lib.days import FIRST_ASKED, day_of
from clinic.lib.validators import of_a_calendar
from clinic.locations.models import Location
from treatments.formulary_db import current_formulary
from treatments.models import ProductVersion
from treatments.quantities import QuantityUnreadable, parse_units, show_units
from treatments.stocking import last_day_printed

MONTH_ONLY = re.compile(r"(?:(\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2}))")
MOST_VIALS = 200


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last day a pack allows, and whether it prints month and year only."""

    on: date
    is_month_only: bool


class ExpiryField(forms.CharField):
    """An expiry as printed: a full date, or month and year, which means the month's last day."""

    def clean(self, value: Any) -> Expiry:
        """Return what is printed."""
        typed = super().clean(value).strip()
        found = MONTH_ONLY.fullmatch(typed)
        if found:
            month, year = (found[1], found[2]) if found[1] else (found[4], found[3])
            if 1 <= int(month) <= 12 and int(year) >= FIRST_ASKED.year:  # noqa: PLR2004 - the months of a year
                return Expiry(last_day_printed(int(year), int(month)), is_month_only=True)
        return Expiry(forms.DateField(validators=[of_a_calendar]).clean(typed), is_month_only=False)


class ReceiveForm(forms.Form):
    """A delivery: product, lot as printed, expiry as printed, units a vial, how many; where, if there are several."""

    location = forms.ModelChoiceField(label=_("Where"), queryset=Location.objects.none(), to_field_name="public_id")
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=ProductVersion.objects.none(), to_field_name="public_id"
    )
    number = forms.CharField(label=_("Lot"), max_length=60, help_text=_("Letter for letter as printed, zeros too."))
    expires = ExpiryField(label=_("Expires"), help_text=_("As printed: 31/03/2027 or 03/2027."))
    vial_units = forms.CharField(label=_("Units in a vial"))
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=MOST_VIALS)
    is_known_expired = forms.BooleanField(
        label=_("It has expired: write it down all the same"),
        required=False,
        help_text=_("Nobody can prepare from it; what is done with it stays on record."),
    )

    def __init__(self, *args: Any, locations: Sequence[Location], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locations, self.now = locations, now
        self.fields["product"].queryset = ProductVersion.objects.current()  # type: ignore[attr-defined]
        self.fields["product"].label_from_instance = attrgetter("name")  # type: ignore[attr-defined]
        if len(locations) == 1:
            del self.fields["location"]
        else:
            self.fields["location"].queryset = Location.objects.filter(  # type: ignore[attr-defined]
                pk__in=[place.pk for place in locations]
            )
        if not self.is_bound:
            del self.fields["is_known_expired"]

    def clean_vial_units(self) -> Decimal:
        """Read the units of one vial."""
        try:
            return parse_units(self.cleaned_data["vial_units"])
        except QuantityUnreadable as refused:
            raise forms.ValidationError(gettext(refused.reason)) from refused

    def clean(self) -> dict[str, Any]:
        """Ask again where the pack says something that cannot be, or that nobody could use."""
        data: dict[str, Any] = super().clean() or {}
        data.setdefault("location", self.locations[0] if len(self.locations) == 1 else None)
        self._ask_about_the_size(data)
        self._ask_about_the_expiry(data)
        return data

    def _ask_about_the_size(self, data: dict[str, Any]) -> None:
        """The units of a vial are one of the sizes the product comes in, where the catalogue knows them."""
        product, units = data.get("product"), data.get("vial_units")
        if product is None or units is None:
            return
        sizes = current_formulary().product(product.key).vial_units.value
        if sizes and units not in sizes:
            self.add_error(
                "vial_units",
                _("%(product)s comes in vials of %(sizes)s. A size that is new is entered in the catalogue first.")
                % {"product": product.name, "sizes": ", ".join(show_units(size) for size in sizes)},
            )

    def _ask_about_the_expiry(self, data: dict[str, Any]) -> None:
        """An expired delivery is written down only when the person says that it is known."""
        expires, place = data.get("expires"), data.get("location")
        if expires and place and expires.on < day_of(self.now, place.zone):
            if not data.get("is_known_expired"):
                self.add_error("expires", _("This lot has expired. Look at the pack again, or tick below."))
        else:
            del self.fields["is_known_expired"]


class LotCorrectionForm(forms.Form):
    """An expiry that was misread: what the pack prints, and how it came about; `seen` is what the page showed."""

    expires = ExpiryField(label=_("Expires, as printed"), help_text=_("31/03/2027 or 03/2027."))
    seen = forms.DateField(widget=forms.HiddenInput(attrs={"id": "id_seen_expiry"}), localize=False)
    why = forms.CharField(label=_("How it came about"), max_length=300)
