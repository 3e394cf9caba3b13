"""A day on a grid of quarter hours, a column per clinician, room or day, without closed hours. Pure: spans to rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from scheduling.slots import Span, joined

ROW = timedelta(minutes=15)
MOST_BESIDE = 4
"""So many things side by side can still be read; more lie on the last place."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Something in a column: its first row (from 1), how many rows, the thing itself.

    Things that share a row lie side by side: the place of this one, of how many.
    """

    row: int
    rows: int
    thing: Any
    place: int = 1
    of: int = 1


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

    def cells(self, things: Iterable[tuple[Span, Any]]) -> list[Cell]:
        """Return what of these things lies in this stretch, cut at its ends."""
        within = [
            (Span(max(span.start, self.span.start), min(span.end, self.span.end)), thing)
            for span, thing in things
            if span.overlaps(self.span)
        ]
        return [Cell(self.row_of(span.start), row_count(_on_rows(span)), thing) for span, thing in within]

    def free_rows(self, free: Iterable[Span], *, not_before: datetime) -> list[int]:
        """Return the rows whose whole quarter hour is free and still to come."""
        spans = [span for span in free if span.overlaps(self.span)]
        return [
            number + 1
            for number in range(self.rows)
            if (start := self.span.start + number * ROW) >= not_before
            and any(span.holds(Span(start, start + ROW)) for span in spans)
        ]


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
        stretch.columns = [side_by_side(stretch.cells(column)) for column in columns]
    return stretches


def side_by_side(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells in order, those that share a row with one another given a place beside each other."""
    result: list[Cell] = []
    together: list[tuple[Cell, int]] = []
    ends: list[int] = []

    def settle() -> None:
        of = min(len(ends), MOST_BESIDE)
        result.extend(replace(cell, place=min(place, of), of=of) for cell, place in together)
        together.clear()
        ends.clear()

    for cell in sorted(cells, key=lambda one: (one.row, -one.rows)):
        if ends and cell.row >= max(ends):
            settle()
        place = next((number for number, end in enumerate(ends) if end <= cell.row), len(ends))
        ends[place : place + 1] = [cell.row + cell.rows]
        together.append((cell, place + 1))
    settle()
    return result


def clear_of(cell: Cell, others: Iterable[Cell]) -> Cell:
    """Return the longest run of a cell's rows that no other lies on, the first of equals; all of it where none is."""
    covered = {row for other in others for row in range(other.row, other.row + other.rows)}
    longest, run = replace(cell, rows=0), 0
    for row in range(cell.row, cell.row + cell.rows):
        run = 0 if row in covered else run + 1
        if run > longest.rows:
            longest = replace(cell, row=row - run + 1, rows=run)
    return longest if longest.rows else cell


def day_shift(first: date, day: date, zone: tzinfo) -> timedelta:
    """Return how far a day's clock is from the first day's, taken at noon: so that one grid shows a week by the clock.

    A day on which clocks change is right from the change on; no clinic works at that hour.
    """
    noons = (datetime.combine(one, time(12), zone).astimezone(UTC) for one in (first, day))
    return -(next(noons) - next(noons))


def shifted(span: Span, by: timedelta) -> Span:
    """Return a span so much earlier."""
    return Span(span.start - by, span.end - by)


def _on_rows(span: Span) -> Span:
    """Return the whole quarter hours that a span touches."""
    start = span.start - timedelta(minutes=span.start.minute % 15, seconds=span.start.second)
    end = span.end
    over = timedelta(minutes=end.minute % 15, seconds=end.second)
    return Span(start, end + (ROW - over if over else timedelta(0)))
