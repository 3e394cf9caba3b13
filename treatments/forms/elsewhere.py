"""Toxin given elsewhere as it is typed: a date as far as it is known, everything but that and who said so may be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.fields_intake import PartialDateField
from treatments.elsewhere import Span
from treatments.models import ProductVersion, SaidBy, ToxinElsewhere
from treatments.noting import Told
from treatments.quantities import QuantityUnreadable, parse_units, show_number

MOST_UNITS = 99_999


class ElsewhereForm(forms.Form):
    """When, what, how many units, where, which region, who said so."""

    when = PartialDateField(
        has_day=True,
        label=gettext_lazy("When"),
        help_text=gettext_lazy("As far as it is known: leave the day, or day and month, empty."),
    )
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    units = forms.CharField(
        label=gettext_lazy("Units"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Empty if not known."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    clinic = forms.CharField(label=gettext_lazy("Where"), required=False, max_length=200)
    region = forms.CharField(label=gettext_lazy("Region treated"), required=False, max_length=200)
    said_by = forms.ChoiceField(label=gettext_lazy("Who said so"), choices=SaidBy.choices, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.today = today
        versions = sorted(ProductVersion.objects.current(), key=lambda version: version.name)
        self.products = {version.key: version for version in versions}
        choices = [("", _("Not known")), *((key, version.name) for key, version in self.products.items())]
        self.fields["product"].choices = choices  # type: ignore[attr-defined]
        self.fields["said_by"].error_messages["required"] = _("Choose who said so.")

    def clean_when(self) -> Span:
        """Return the date as far as it is known; it lies behind us."""
        span = Span.read(self.cleaned_data["when"] or "")
        if span is None:
            raise ValidationError(_("Write the year at least."))
        if span.first > self.today:
            raise ValidationError(_("This day is still to come."))
        return span

    def clean_units(self) -> Any:
        """Read the units; empty is unknown."""
        typed = self.cleaned_data["units"].strip()
        if not typed:
            return None
        try:
            units = parse_units(typed)
        except QuantityUnreadable as refused:
            raise ValidationError(_(refused.reason)) from refused
        if not 0 < units <= MOST_UNITS:
            raise ValidationError(_("Nobody was given that many."))
        return units

    def told(self) -> Told:
        """Return what was typed. The form must be valid."""
        data = self.cleaned_data
        return Told(
            span=data["when"],
            said_by=data["said_by"],
            product=self.products.get(data["product"]),
            units=data["units"],
            clinic=data["clinic"],
            region=data["region"],
        )


class ChangeForm(ElsewhereForm):
    """The same, to put another row in the place of one."""

    reason = forms.CharField(label=gettext_lazy("Why it is changed"), max_length=300)


class WithdrawForm(forms.Form):
    """Why it was not so."""

    reason = forms.CharField(label=gettext_lazy("Why it is withdrawn"), max_length=300)


def initial_of(row: ToxinElsewhere) -> dict[str, str]:
    """Return a row as the form shows it."""
    return {
        "when": str(Span(row.given_on, row.precision)),
        "product": row.product.key if row.product else "",
        "units": "" if row.units is None else show_number(row.units).replace(",", ""),
        "clinic": row.clinic,
        "region": row.region,
        "said_by": row.said_by,
    }
