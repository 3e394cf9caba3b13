"""Toxin given elsewhere: when, which brand, how many units, as far as known, and never counted twice. Pure.

What is not known stays unknown: an unknown product or dose counts as another unit family, a month or a year at its last
day, the strictest reading.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from treatments.facts import PriorSession, last_day_of
from treatments.formulary import Formulary
from treatments.quantities import QuantityUnreadable, parse_units

QUESTION = "s10_prior_toxin"
WHERE = "elsewhere, as the patient told"
LAST_MONTH = 12
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Span:
    """A date as far as it is known: the first day it can have been, and how much: day, month or year."""

    first: date
    precision: str

    @property
    def last(self) -> date:
        """The last day it can have been."""
        match self.precision:
            case "day":
                return self.first
            case "month":
                return last_day_of(self.first.year, self.first.month)
        return date(self.first.year, LAST_MONTH, 31)

    @classmethod
    def read(cls, text: str) -> "Span | None":
        """Read "2027-01-14", "2027-01" or "2027"; None where it is no date."""
        found = _DAY.fullmatch(text.strip())
        if found is None:
            return None
        year, month, day = found.groups()
        try:
            first = date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            return None
        return cls(first, "day" if day else "month" if month else "year")

    def __str__(self) -> str:
        whole = self.first.isoformat()
        return {"day": whole, "month": whole[:7], "year": whole[:4]}[self.precision]


def as_prior(
    span: Span, *, product: str | None, units: Decimal | None, known_on: date, where: str = WHERE
) -> PriorSession:
    """Return a treatment elsewhere as the rules read it: at its latest, which is not after the day it was known."""
    last = min(span.last, known_on) if span.first <= known_on else span.last
    return PriorSession(
        on=last,
        product=product,
        units=units,
        is_month_only=span.precision != "day",
        first_on=span.first if span.precision == "year" else None,
        where=where,
    )


def is_same(one: PriorSession, other: PriorSession) -> bool:
    """Whether two tellings can be of one treatment: their days meet and no two different products are named."""
    days_meet = one.first_day <= other.on and other.first_day <= one.on
    return (
        one.counts and other.counts and days_meet and (one.product or other.product) == (other.product or one.product)
    )


def with_told(known: Sequence[PriorSession], told: Iterable[PriorSession]) -> tuple[PriorSession, ...]:
    """Add what was told to what is known, each treatment once: what is known already is not counted again."""
    found = list(known)
    for one in told:
        if not any(is_same(one, other) for other in found):
            found.append(one)
    return tuple(found)


def told_elsewhere(
    answers: Mapping[str, Any], *, told_on: date, here: Sequence[PriorSession], formulary: Formulary
) -> PriorSession | None:
    """Return the session told of in an intake, the one on record if it is that, or None where no day was told."""
    span = Span.read(str(answers.get(f"{QUESTION}.when") or ""))
    if span is None:
        return None
    told = as_prior(
        span,
        product=product_named(str(answers.get(f"{QUESTION}.brand") or ""), formulary),
        units=_units(str(answers.get(f"{QUESTION}.units") or "")),
        known_on=told_on,
    )
    return next((session for session in here if is_same(session, told)), told)


def product_named(brand: str, formulary: Formulary) -> str | None:
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
