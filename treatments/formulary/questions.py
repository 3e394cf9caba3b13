"""The screening questions that judge suitability, and the symptoms that must be answered at once.

Source: docs/sources.md#screening
"""

from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Level, Source
from treatments.formulary.reading import CatalogueUnreadable, Row

ALL_PRODUCTS = "all"


@dataclass(frozen=True, slots=True)
class Question:
    """One screening question: what a flagged answer does, for which products and conditions."""

    key: str
    text: str
    kind: str
    positive_answer: str
    level: Level
    products: tuple[str, ...]
    conditions: tuple[str, ...]
    drug_class: str
    detail: str
    asked_of: str
    escalate: tuple[tuple[str, Level], ...]
    thresholds: tuple[tuple[str, Decimal], ...]
    inr_review_above: Decimal | None
    within_days: Decimal | None
    source: Source
    escalate_source: Source

    @property
    def number(self) -> str:
        """Its short name, S04: the rule's name where no rule R.. speaks of it."""
        return self.key.split("_", 1)[0].upper()

    def is_about(self, product: str) -> bool:
        """Whether it matters for the product."""
        return ALL_PRODUCTS in self.products or product in self.products

    def is_asked_for(self, conditions: tuple[str, ...]) -> bool:
        """Whether it matters for any of the conditions."""
        return not self.conditions or bool(set(self.conditions) & set(conditions))

    def level_for(self, product: str) -> Level:
        """What a flagged answer does with this product."""
        return dict(self.escalate).get(product, self.level)

    def source_for(self, product: str) -> Source:
        """Where that comes from."""
        return self.escalate_source if product in dict(self.escalate) else self.source

    def threshold(self, name: str) -> Decimal | None:
        """A number of the question's own."""
        return dict(self.thresholds).get(name)


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Symptoms after an injection and how fast somebody must act."""

    key: str
    symptom: str
    action: str
    level: Level
    symptoms: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class EventRate:
    """How often an event was seen with a product in a condition, in percent."""

    event: str
    condition: str
    product: str
    percent: Decimal
    source: Source


def read_level(text: str, where: str, key: str) -> Level:
    """A verdict by its name in the documents."""
    try:
        return Level("override" if text == "require_override_with_reason" else text)
    except ValueError as error:
        raise CatalogueUnreadable(where, key, f"{text!r} is no verdict") from error


def read_question(row: Row) -> Question:
    """Read one entry of screening.json."""
    source = row.source()
    escalate = row.row("escalate") if row.has("escalate") else Row({}, row.where)
    thresholds = row.row("thresholds") if row.has("thresholds") else Row({}, row.where)
    return Question(
        key=row.text("id"),
        text=row.text("text"),
        kind=row.text("answer_kind"),
        positive_answer=row.text("positive_answer"),
        level=read_level(row.text("action"), row.where, "action"),
        products=row.words("applies_to_products"),
        conditions=row.words("applies_conditions"),
        drug_class=row.maybe_text("drug_class"),
        detail=row.maybe_text("detail"),
        asked_of=row.text("asked_of"),
        escalate=tuple((key, read_level(escalate.text(key), row.where, "escalate")) for key in escalate.data),
        thresholds=tuple((key, thresholds.number(key)) for key in thresholds.data),
        inr_review_above=row.maybe_number("inr_review_above"),
        within_days=row.maybe_number("threshold_days"),
        source=source,
        escalate_source=Source(
            text=row.maybe_text("escalate_source") or source.text,
            confidence=source.confidence,
            checked=row.maybe_text("escalate_checked") or source.checked,
            place=source.place,
            confirmed_by=source.confirmed_by,
            confirmed_on=source.confirmed_on,
        ),
    )


def read_red_flag(row: Row) -> RedFlag:
    """Read one red flag of adverse_events.json."""
    return RedFlag(
        key=row.text("id"),
        symptom=row.text("symptom"),
        action=row.text("action"),
        level=read_level(row.text("verdict"), row.where, "verdict"),
        symptoms=row.words("symptom_ids"),
        source=row.source(),
    )


def read_rates(row: Row) -> tuple[EventRate, ...]:
    """Read how often one adverse event was seen."""
    return tuple(
        EventRate(
            event=row.text("id"),
            condition=item.text("condition"),
            product=item.text("product"),
            percent=item.number("percent"),
            source=item.source(),
        )
        for item in row.rows("frequency")
    )
