"""Doses and volumes as a template prints them: never a trailing zero, the unit beside the number."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template

from treatments.ledger import in_words, why
from treatments.models import Draw
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


@register.filter
def ledger(draw: Draw) -> str:
    """Return a line of a vial's ledger in words."""
    return in_words(draw)


@register.filter
def ledger_reason(draw: Draw) -> str:
    """Return why units were taken, or went back."""
    return why(draw)


@register.filter
def used(figures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the figures that have a mark."""
    return [figure for figure in figures if figure["count"]]
