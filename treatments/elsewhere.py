"""Toxin given elsewhere, as the patient told it: when, which brand, how many units, as far as known. Pure.

What is not known stays unknown: an unknown product or dose counts as another unit family, a month or a year at its last
day, the strictest reading.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from treatments.facts import PriorSession, last_day_of
from treatments.formulary import Formulary
from treatments.quantities import QuantityUnreadable, parse_units

QUESTION = "s10_prior_toxin"
WHERE = "elsewhere, as the patient told"
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
LAST_MONTH = 12


def told_elsewhere(
    answers: Mapping[str, Any], *, told_on: date, here: Sequence[PriorSession], formulary: Formulary
) -> PriorSession | None:
    """Return the session told of, the one on record if it was given here, or None where no day was told."""
    span = _span(str(answers.get(f"{QUESTION}.when") or ""))
    if span is None:
        return None
    first, last, is_exact = span
    on_record = next((session for session in here if first <= session.on <= last), None)
    return on_record or PriorSession(
        on=min(last, told_on) if first <= told_on else last,
        product=_product(str(answers.get(f"{QUESTION}.brand") or ""), formulary),
        units=_units(str(answers.get(f"{QUESTION}.units") or "")),
        is_month_only=not is_exact,
        where=WHERE,
    )


def _span(text: str) -> tuple[date, date, bool] | None:
    """Return the first and the last day that was meant, and whether it is one day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year is None:
            return None
        if month is None:
            return date(year, 1, 1), date(year, LAST_MONTH, 31), False
        if day is None:
            return date(year, month, 1), last_day_of(year, month), False
        return date(year, month, day), date(year, month, day), True
    except ValueError:
        return None


def _product(brand: str, formulary: Formulary) -> str | None:
    """Return the product whose brand was named, if exactly one was."""
    words = brand.lower()
    named = {
        product.key
        for product in formulary.products.values()
        if any(re.search(rf"\b{re.escape(name.lower())}\b", words) for name in (*product.brands, product.key))
    }
    return named.pop() if len(named) == 1 else None


def _units(text: str) -> Decimal | None:
    try:
        return parse_units(text)
    except QuantityUnreadable:
        return None
