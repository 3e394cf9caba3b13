"""A condition treated, and the scores that follow it.

Source: docs/sources.md#conditions
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Source
from treatments.formulary.reading import CONFIRMED_BY, CONFIRMED_ON, Row, Sourced

APPROVED = "approved"
OFF_LABEL = "off_label"
HIGHER_IS_BETTER = "higher_is_better"


@dataclass(frozen=True, slots=True)
class EffectDefaults:
    """What is published on the effect in a condition: weeks and days, with one source."""

    onset_days: tuple[Decimal, Decimal]
    peak_weeks: tuple[Decimal, Decimal]
    duration_weeks: tuple[Decimal, Decimal]
    default_interval_weeks: Decimal
    default_end_weeks: Decimal
    source: Source
    response_words: tuple[str, ...] = ()
    """How to judge the response, when to stop, when to pause: as published."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: label status per product, effect, instruments."""

    key: str
    name: str
    product_status: Mapping[str, str]
    status_source: Source
    effect: EffectDefaults
    instruments: tuple[str, ...]
    primary_instrument: str

    def status_of(self, product: str) -> str:
        """Approved or off label; a product not listed is off label."""
        return self.product_status.get(product, OFF_LABEL)


@dataclass(frozen=True, slots=True)
class SmallestChange:
    """The smallest change that matters: in points, or in percent of the baseline."""

    value: Decimal
    is_percent: bool

    def points(self, baseline: Decimal) -> Decimal:
        """As points on the scale."""
        return baseline * self.value / 100 if self.is_percent else self.value


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """A published change that is called a response: so many points, or percent, of which kind, and by whom."""

    value: Decimal
    is_percent: bool
    kind: str
    source: Source

    def points(self, baseline: Decimal) -> Decimal:
        """As points on the scale."""
        return baseline * self.value / 100 if self.is_percent else self.value


@dataclass(frozen=True, slots=True)
class Instrument:
    """One outcome score."""

    key: str
    name: str
    lowest: Decimal | None
    highest: Decimal | None
    higher_is_better: bool
    smallest_change: SmallestChange | None
    rated_by: str
    software_policy: str
    source: Source
    items: int | None = None
    window_days: int | None = None
    """Over how many days it counts, where it is a count of days."""
    marks: tuple[ChangeMark, ...] = ()

    @property
    def items_may_be_shown(self) -> bool:
        """Whether its wording may stand on a page; otherwise only the score is stored."""
        return self.software_policy.startswith("items may be shown")


def read_condition(row: Row) -> Condition:
    """Read one entry of conditions.json."""
    status = row.row("product_status")
    not_products = {"source", "confidence", "checked", "note", CONFIRMED_BY, CONFIRMED_ON}
    return Condition(
        key=row.text("id"),
        name=row.text("name"),
        product_status={key: status.text(key) for key in status.data if key not in not_products},
        status_source=status.source(),
        effect=_effect(row.row("effect_window")),
        instruments=row.words("outcome_instruments"),
        primary_instrument=row.maybe_text("primary_instrument"),
    )


def _effect(row: Row) -> EffectDefaults:
    return EffectDefaults(
        onset_days=row.pair("onset_days"),
        peak_weeks=row.pair("peak_weeks"),
        duration_weeks=row.pair("duration_weeks_range"),
        default_interval_weeks=row.number("default_follow_up_interval_weeks"),
        default_end_weeks=row.number("default_effect_end_weeks"),
        source=row.source(),
        response_words=tuple(row.text(key) for key in ("evaluate_response", "stop_rule", "step_down") if row.has(key)),
    )


def read_instrument(row: Row) -> Instrument:
    """Read one entry of instruments.json."""
    lowest, highest = row.data["score_range"]
    return Instrument(
        key=row.text("id"),
        name=row.text("name"),
        lowest=None if lowest is None else Decimal(str(lowest)),
        highest=None if highest is None else Decimal(str(highest)),
        higher_is_better=row.text("direction") == HIGHER_IS_BETTER,
        smallest_change=_smallest_change(row),
        rated_by=row.text("rated_by"),
        software_policy=row.text("software_policy"),
        source=row.source(),
        items=row.whole("items") if row.has("items") else None,
        window_days=row.whole("window_days") if row.has("window_days") else None,
        marks=tuple(_marks(row)),
    )


def _marks(row: Row) -> Iterator[ChangeMark]:
    """The published changes that are one number; ranges and changes by domain are not compared with."""
    for item in row.rows("mcid"):
        if item.has("value") and not isinstance(item.data["value"], list | Mapping):
            kind = item.text("kind")
            yield ChangeMark(item.number("value"), kind.startswith("percent"), kind, item.source())


def _smallest_change(row: Row) -> SmallestChange | None:
    if not row.has("mcid_for_estimate"):
        return None
    change = row.row("mcid_for_estimate")
    return SmallestChange(change.number("value"), is_percent=change.text("unit") == "percent_of_baseline")


def read_effect_end(condition: Condition) -> Sourced[Decimal]:
    """The week the effect ends by default in a condition."""
    return Sourced(condition.effect.default_end_weeks, condition.effect.source)
