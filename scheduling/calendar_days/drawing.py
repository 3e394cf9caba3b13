"""Columns laid on the grid: the visits in their rows, the quarter hours one may press, and why others are shut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduling import day_grid
from scheduling.calendar_days.gathering import Column, Head, Off
from scheduling.day_grid import ROW, Cell, Stretch, shifted
from scheduling.slots import Span, without

FIVE_MINUTES = 5


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """One column within one stretch of the day. `begins` is the instant of its first row.

    `off` is where nothing can be booked; `off_names` is where that is said, clear of the visits booked there.
    """

    head: Head
    begins: datetime
    rows: int
    visits: list[Cell]
    free: list[tuple[int, datetime]]
    off: list[Cell]
    off_names: list[Cell]
    now_row: int


@dataclass(frozen=True, slots=True)
class DrawnStretch:
    """One open stretch of the day: its hours on the left, its columns."""

    span: Span
    hours: list[tuple[int, datetime]]
    half_rows: list[int]
    columns: list[DrawnColumn]
    now_row: int
    now_at: int


def draw(columns: Sequence[Column], *, zone: ZoneInfo, now: datetime) -> list[DrawnStretch]:
    """Return the open stretches, first to last. What nobody works in and nothing is booked in is left out."""
    stretches = day_grid.lay_out(
        open_spans=[shifted(span, column.shift) for column in columns for span in column.open],
        columns=[[(_visit(column, number), number) for number in range(column.booked)] for column in columns],
        zone=zone,
    )
    return [_drawn(stretch, columns, now) for stretch in stretches]


def _drawn(stretch: Stretch, columns: Sequence[Column], now: datetime) -> DrawnStretch:
    drawn = [_column(stretch, column, cells, now) for column, cells in zip(columns, stretch.columns, strict=True)]
    return DrawnStretch(
        span=stretch.span,
        hours=stretch.hours,
        half_rows=stretch.half_rows,
        columns=drawn,
        now_row=max((column.now_row for column in drawn), default=0),
        now_at=now.minute % 15 // FIVE_MINUTES * FIVE_MINUTES,
    )


def _column(stretch: Stretch, column: Column, cells: list[Cell], now: datetime) -> DrawnColumn:
    begins, here = stretch.span.start + column.shift, now - column.shift
    free = [shifted(span, column.shift) for span in without(column.open, column.taken)]
    off = _off(stretch, column)
    return DrawnColumn(
        head=column.head,
        begins=begins,
        rows=stretch.rows,
        visits=[_with(cell, column) for cell in cells],
        free=[(row, begins + (row - 1) * ROW) for row in stretch.free_rows(free, not_before=here)],
        off=off,
        off_names=[day_grid.clear_of(cell, cells) for cell in off],
        now_row=stretch.row_of(here) if stretch.span.start <= here < stretch.span.end else 0,
    )


def _off(stretch: Stretch, column: Column) -> list[Cell]:
    """Return where nothing can be booked, with the first reason there is: closed, away, taken elsewhere, not in."""
    told: list[Span] = []
    found: list[tuple[Span, Off]] = []
    for span, why in column.off:
        here = shifted(span, column.shift)
        found += [(rest, why) for rest in without([here], told)]
        told.append(here)
    opened = [shifted(span, column.shift) for span in column.open]
    if column.head.clinician:
        found += [(rest, Off.NOT_IN) for rest in without([stretch.span], [*opened, *told])]
    return stretch.cells(found)


def _visit(column: Column, number: int) -> Span:
    row = column.visits[number]
    return shifted(Span(row.starts_at, row.ends_at), column.shift)


def _with(cell: Cell, column: Column) -> Cell:
    """Return the cell with its visit in the place of the visit's number."""
    return Cell(cell.row, cell.rows, column.visits[cell.thing], cell.place, cell.of)
