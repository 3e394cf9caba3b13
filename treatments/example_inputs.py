"""Reads the values of a worked example: an absent key is not the same as a null one. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from treatments.facts import PriorSession
from treatments.findings import Finding
from treatments.formulary import Condition, Formulary, Product
from treatments.formulary.reading import as_number

Given: TypeAlias = Mapping[str, Any]
Evaluator: TypeAlias = Callable[[Given, Formulary], Iterable[Finding]]


def number(given: Given, key: str) -> Decimal:
    """A number of the example."""
    return as_number(given[key], "input", key)


def has(given: Given, *keys: str) -> bool:
    """Whether the example has all of these keys."""
    return all(key in given for key in keys)


def day(text: str) -> date:
    """A date of the example."""
    return date.fromisoformat(text)


def words(value: object) -> tuple[str, ...]:
    """One word or a list of them."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def conditions_of(given: Given, formulary: Formulary) -> list[Condition]:
    """The conditions treated, as far as the example names them."""
    return [formulary.condition(key) for key in words(given.get("condition"))]


def product_of(given: Given, formulary: Formulary) -> Product | None:
    """The product, if the example names one."""
    return formulary.product(given["product"]) if given.get("product") else None


def prior_of(given: Given) -> tuple[PriorSession, ...]:
    """The sessions before: those of the window, and the latest, whose units the example does not give."""
    prior = [
        PriorSession(
            on=day(item["date"]),
            product=item.get("product"),
            units=as_number(item["units"], "prior", "units") if item.get("units") is not None else None,
        )
        for item in given.get("prior") or ()
    ]
    if given.get("last_session"):
        product = given.get("last_product", given.get("product"))
        prior.append(PriorSession(on=day(given["last_session"]), product=product, units=None))
    return tuple(prior)
