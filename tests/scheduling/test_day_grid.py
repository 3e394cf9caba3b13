"""The day on its grid, by hand."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from scheduling.day_grid import Cell, lay_out
from scheduling.slots import Span


def span(start: str, end: str) -> Span:
    day = datetime(2027, 3, 2, tzinfo=UTC).date()
    return Span(
        datetime.combine(day, time.fromisoformat(start), UTC), datetime.combine(day, time.fromisoformat(end), UTC)
    )


def test_a_split_day_is_two_stretches_with_rows_of_their_own() -> None:
    morning, evening = lay_out(
        open_spans=[span("10:00", "13:00"), span("17:00", "20:00")],
        columns=[[(span("10:30", "11:15"), "Asha"), (span("17:00", "17:15"), "Ila")], []],
        zone=UTC,
    )
    assert (morning.rows, evening.rows) == (12, 12)
    assert morning.columns == [[Cell(3, 3, "Asha")], []]
    assert evening.columns == [[Cell(1, 1, "Ila")], []]
    assert [row for row, _ in morning.hours] == [1, 5, 9]


def test_a_visit_off_the_grid_takes_the_quarter_hours_it_touches() -> None:
    (stretch,) = lay_out(open_spans=[span("10:00", "13:00")], columns=[[(span("10:20", "10:50"), "Asha")]], zone=UTC)
    assert stretch.columns == [[Cell(2, 3, "Asha")]]


def test_a_visit_outside_hours_opens_the_day_for_itself() -> None:
    stretches = lay_out(open_spans=[span("10:00", "13:00")], columns=[[(span("14:00", "14:30"), "Asha")]], zone=UTC)
    assert [stretch.rows for stretch in stretches] == [12, 2]
    assert stretches[1].columns == [[Cell(1, 2, "Asha")]]


def test_a_closed_day_has_no_stretch() -> None:
    assert lay_out(open_spans=[], columns=[[]], zone=UTC) == []


def test_hours_are_marked_on_the_zones_own_hours() -> None:
    (stretch,) = lay_out(open_spans=[span("04:30", "06:30")], columns=[[]], zone=ZoneInfo("Asia/Kolkata"))
    assert [row for row, _ in stretch.hours] == [1, 5]  # ten and eleven in Ahmedabad
