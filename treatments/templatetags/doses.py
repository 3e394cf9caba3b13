"""Doses and volumes as a template prints them: never a trailing zero, the unit beside the number."""

from decimal import Decimal

from django import template

from treatments.quantities import show_ml, show_units

register = template.Library()


@register.filter
def dose(units: Decimal | None) -> str:
    """Return "2.5 units", with a space that does not break; nothing for none."""
    return "" if units is None else show_units(units)


@register.filter
def volume(ml: Decimal | None) -> str:
    """Return "0.1 mL"; nothing for none."""
    return "" if ml is None else show_ml(ml)
