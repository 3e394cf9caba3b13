"""What may happen after an injection: the events by name, what makes one serious, and how often each was seen.

Source: docs/sources.md#adverse-events
"""

from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Source
from treatments.formulary.reading import Row


@dataclass(frozen=True, slots=True)
class EventTerm:
    """One adverse event of the catalogue. `onset_days` is the usual range after the injection, first and last."""

    key: str
    term: str
    serious_if: str
    advice: str
    onset_days: tuple[Decimal, Decimal]
    is_red_flag: bool
    source: Source


def read_event(row: Row) -> EventTerm:
    """Read one event of adverse_events.json."""
    return EventTerm(
        key=row.text("id"),
        term=row.text("term"),
        serious_if=row.text("serious_if"),
        advice=row.maybe_text("advice"),
        onset_days=row.pair("onset_days"),
        is_red_flag=row.flag("red_flag"),
        source=row.source(),
    )


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where a suspected reaction is reported."""

    system: str
    source: Source


def read_reporting(row: Row) -> Reporting:
    """Read reporting_india of adverse_events.json."""
    return Reporting(system=row.text("system"), source=row.source())
