"""The clinical catalogue as values the rules can ask: products, conditions, muscles, questions, parameters.

Pure: no Django and no clinical number of its own. Built from the documents in treatments/catalogue/, or from the
versions a clinic keeps of them: both have one shape.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from treatments.formulary.anatomy import (
    ChartPoint,
    Muscle,
    Point,
    Protocol,
    ProtocolMuscle,
    read_chart_point,
    read_muscle,
    read_protocol,
)
from treatments.formulary.conditions import Condition, Instrument, SmallestChange, read_condition, read_instrument
from treatments.formulary.events import EventTerm, Reporting, read_event, read_reporting
from treatments.formulary.house import House, read_house
from treatments.formulary.products import Limit, Product, read_product
from treatments.formulary.questions import (
    EventRate,
    Question,
    RedFlag,
    read_question,
    read_rates,
    read_red_flag,
)
from treatments.formulary.reading import CatalogueUnreadable, Row, Sourced, by_id
from treatments.formulary.rulebook import EffectRules, IntervalRules, Rulebook, read_rulebook

T = TypeVar("T")

CATALOGUE = Path(__file__).parent.parent / "catalogue"
DOCUMENTS = (
    "products",
    "conditions",
    "protocols",
    "muscles",
    "chart_points",
    "screening",
    "instruments",
    "adverse_events",
    "rules",
    "house",
)
WHOLE = frozenset({"screening", "adverse_events", "rules", "house"})
"""Documents whose values belong together: each is one entry of the catalogue."""

__all__ = (
    "CatalogueUnreadable",
    "ChartPoint",
    "Condition",
    "EffectRules",
    "EventRate",
    "EventTerm",
    "Formulary",
    "House",
    "Instrument",
    "IntervalRules",
    "Limit",
    "Muscle",
    "Point",
    "Product",
    "Protocol",
    "ProtocolMuscle",
    "Question",
    "RedFlag",
    "Rulebook",
    "SmallestChange",
    "Sourced",
    "UnknownEntry",
)


class UnknownEntry(LookupError):
    """The catalogue has no such product, condition or muscle."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"The catalogue has no {kind} {key!r}.")
        self.kind = kind
        self.key = key


@dataclass(frozen=True)
class Formulary:
    """The whole catalogue, by the ids of its documents."""

    products: Mapping[str, Product]
    conditions: Mapping[str, Condition]
    instruments: Mapping[str, Instrument]
    protocols: Mapping[str, Protocol]
    muscles: Mapping[str, Muscle]
    chart_points: tuple[ChartPoint, ...]
    questions: Mapping[str, Question]
    red_flags: tuple[RedFlag, ...]
    events: Mapping[str, EventTerm]
    event_rates: tuple[EventRate, ...]
    ask_days: tuple[int, ...]
    """Days after an injection on which a patient is asked for symptoms."""
    reporting: Reporting
    rules: Rulebook
    house: House

    @classmethod
    def from_files(cls) -> "Formulary":
        """The catalogue as shipped. Read once."""
        return _shipped()

    @classmethod
    def from_data(cls, documents: Mapping[str, Mapping[str, Any]]) -> "Formulary":
        """The catalogue from documents by name ("products", "rules", ...), each of the shape of its file.

        A document left out is taken as shipped. Raises `CatalogueUnreadable`.
        """
        read = {
            name: Row(
                documents[name] if name in documents else shipped_document(name),
                name,
                f"{name}/{name}#" if name in WHOLE else "",
            )
            for name in DOCUMENTS
        }
        events = tuple(read["adverse_events"].rows("events"))

        def entries(kind: str) -> dict[str, Row]:
            return by_id(read[kind].entries(kind))

        return cls(
            products={key: read_product(row) for key, row in entries("products").items()},
            conditions={key: read_condition(row) for key, row in entries("conditions").items()},
            instruments={key: read_instrument(row) for key, row in entries("instruments").items()},
            protocols={key: read_protocol(row) for key, row in entries("protocols").items()},
            muscles={key: read_muscle(row) for key, row in entries("muscles").items()},
            chart_points=tuple(read_chart_point(row) for row in read["chart_points"].rows("points")),
            questions={key: read_question(row) for key, row in by_id(read["screening"].rows("questions")).items()},
            red_flags=tuple(read_red_flag(row) for row in read["adverse_events"].rows("red_flags")),
            events={row.text("id"): read_event(row) for row in events},
            event_rates=tuple(rate for row in events for rate in read_rates(row)),
            ask_days=read["adverse_events"].wholes("ask_schedule_days"),
            reporting=read_reporting(read["adverse_events"].row("reporting_india")),
            rules=read_rulebook(read["rules"]),
            house=read_house(read["house"]),
        )

    def product(self, key: str) -> Product:
        """One product. Raises `UnknownEntry`."""
        return _entry(self.products, key, "product")

    def condition(self, key: str) -> Condition:
        """One condition. Raises `UnknownEntry`."""
        return _entry(self.conditions, key, "condition")

    def muscle(self, key: str) -> Muscle:
        """One muscle. Raises `UnknownEntry`."""
        return _entry(self.muscles, key, "muscle")

    def protocol(self, key: str) -> Protocol:
        """One protocol. Raises `UnknownEntry`."""
        return _entry(self.protocols, key, "protocol")

    def instrument(self, key: str) -> Instrument:
        """One outcome score. Raises `UnknownEntry`."""
        return _entry(self.instruments, key, "instrument")

    def family_of(self, product: str | None) -> str:
        """Whose units a product's are; empty where product or family is unknown, which never matches another."""
        known = self.products.get(product or "")
        return known.unit_family if known else ""


def _entry(entries: Mapping[str, T], key: str, kind: str) -> T:
    try:
        return entries[key]
    except KeyError as error:
        raise UnknownEntry(kind, key) from error


@cache
def shipped_document(name: str) -> Mapping[str, Any]:
    """One document of treatments/catalogue/ as it stands in its file."""
    document: Mapping[str, Any] = json.loads((CATALOGUE / f"{name}.json").read_text(encoding="utf-8"))
    return document


@cache
def _shipped() -> Formulary:
    return Formulary.from_data({})
