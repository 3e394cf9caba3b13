"""A day on a grid of quarter hours: a column per clinician, closed hours left out. Pure: spans in, rows out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from scheduling.slots import Span, joined

ROW = timedelta(minutes=15)
MAX_ROWS = 48


@dataclass(frozen=True, slots=True)
class Cell:
    """Something in a column: its first row (from 1), how many rows, and the thing itself."""

    row: int
    rows: int
    thing: Any


@dataclass(slots=True)
class Stretch:
    """One open stretch of the day."""

    span: Span
    hours: list[tuple[int, datetime]] = field(default_factory=list)
    columns: list[list[Cell]] = field(default_factory=list)
    half_rows: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many quarter hours it has."""
        return row_count(self.span)

    def row_of(self, instant: datetime) -> int:
        """The row an instant lies in, counted from 1."""
        return int((instant - self.span.start) // ROW) + 1


def row_count(span: Span) -> int:
    """Return how many quarter hours a span touches."""
    return -((span.start - span.end) // ROW)


def lay_out(
    *, open_spans: Iterable[Span], columns: Sequence[Sequence[tuple[Span, Any]]], zone: tzinfo
) -> list[Stretch]:
    """Return the open stretches of a day with each column's visits placed in them; whole hours are the zone's.

    A visit outside working hours opens the day for itself: nothing that is booked is ever hidden.
    """
    visits = [_on_rows(span) for column in columns for span, _ in column]
    stretches = [Stretch(span) for span in joined([*(_on_rows(span) for span in open_spans), *visits])]
    for stretch in stretches:
        stretch.hours = [
            (number + 1, stretch.span.start + number * ROW)
            for number in range(stretch.rows)
            if (stretch.span.start + number * ROW).astimezone(zone).minute == 0 or number == 0
        ]
        stretch.half_rows = list(range(1, stretch.rows + 1, 2))
        stretch.columns = [
            [
                Cell(stretch.row_of(span.start), max(1, row_count(_on_rows(span))), thing)
                for span, thing in column
                if stretch.span.holds(_on_rows(span))
            ]
            for column in columns
        ]
    return stretches


def _on_rows(span: Span) -> Span:
    """Return the whole quarter hours that a span touches."""
    start = span.start - timedelta(minutes=span.start.minute % 15, seconds=span.start.second)
    end = span.end
    over = timedelta(minutes=end.minute % 15, seconds=end.second)
    return Span(start, end + (ROW - over if over else timedelta(0)))
