"""The day on its grid, by hand."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduling.day_grid import MOST_BESIDE, Cell, clear_of, day_shift, lay_out, side_by_side
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


def test_things_that_share_a_quarter_hour_lie_side_by_side() -> None:
    cells = [Cell(1, 3, "Asha"), Cell(2, 1, "Ila"), Cell(4, 2, "Usha"), Cell(3, 1, "Meena")]
    assert side_by_side(cells) == [
        Cell(1, 3, "Asha", 1, 2),
        Cell(2, 1, "Ila", 2, 2),
        Cell(3, 1, "Meena", 2, 2),
        Cell(4, 2, "Usha", 1, 1),
    ]


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 6)), max_size=12))
def test_no_two_things_lie_on_one_another_while_four_can_lie_side_by_side(spans: list[tuple[int, int]]) -> None:
    placed = side_by_side(Cell(row, rows, number) for number, (row, rows) in enumerate(spans))
    assert sorted(cell.thing for cell in placed) == list(range(len(spans)))
    for number, one in enumerate(placed):
        assert 1 <= one.place <= one.of <= MOST_BESIDE
        for other in placed[number + 1 :]:
            shares = one.row < other.row + other.rows and other.row < one.row + one.rows
            assert not shares or one.of == other.of
            assert not shares or one.place != other.place or one.place == MOST_BESIDE


def test_a_thing_that_runs_on_is_cut_at_the_end_of_its_stretch() -> None:
    morning, _evening = lay_out(open_spans=[span("10:00", "13:00"), span("17:00", "20:00")], columns=[[]], zone=UTC)
    assert morning.cells([(span("12:00", "18:00"), "away")]) == [Cell(9, 4, "away")]
    assert morning.cells([(span("13:00", "17:00"), "away")]) == []


def test_a_quarter_hour_is_free_if_all_of_it_is_and_it_is_still_to_come() -> None:
    (stretch,) = lay_out(open_spans=[span("10:00", "11:30")], columns=[[]], zone=UTC)
    free = [span("10:05", "11:00"), span("11:15", "11:30")]
    assert stretch.free_rows(free, not_before=span("10:00", "10:01").start) == [2, 3, 4, 6]
    assert stretch.free_rows(free, not_before=span("10:40", "10:41").start) == [4, 6]


def test_a_day_across_the_change_of_clocks_is_shifted_by_the_clock() -> None:
    """London, 28 March 2027: from Saturday's noon to Sunday's there are 23 hours, and ten is ten on both."""
    zone, saturday = ZoneInfo("Europe/London"), datetime(2027, 3, 27, tzinfo=UTC).date()
    sunday = datetime(2027, 3, 28, tzinfo=UTC).date()
    assert day_shift(saturday, saturday, zone).total_seconds() == 0
    assert day_shift(saturday, sunday, zone).total_seconds() == 23 * 3600


def test_a_reason_is_said_where_no_visit_lies_on_it() -> None:
    away, visits = Cell(3, 8, "away"), [Cell(1, 3, "Asha"), Cell(6, 1, "Ila")]
    assert clear_of(away, []) == away
    assert clear_of(away, visits) == Cell(7, 4, "away")  # of rows 3 to 10, the visits leave 4 to 5 and 7 to 10
    assert clear_of(away, [Cell(1, 12, "Asha")]) == away
