"""The geometry of the plot, by hand: 1,120 units of width for the days from 44 on, 270 of height for the values."""

from datetime import date, timedelta
from decimal import Decimal

from treatments import plotting
from treatments.plotting import Injected, Measured, Month, Plot, Strip

FIRST = date(2027, 1, 15)
"""The first session: the plot begins 14 days before, on 1 January."""


def day(number: int) -> date:
    """A day by the first session."""
    return FIRST + timedelta(days=number)


def drawn(*scores: tuple[int, int], sessions: tuple[Injected, ...] = (Injected(on=FIRST),), until: int = 77) -> Plot:
    """A plot to day `until`: with 14 days before and 21 after, day 77 makes 112 days, ten units each."""
    return plotting.draw(
        scores=[Measured(day(number), Decimal(value)) for number, value in scores],
        sessions=sessions,
        lowest=Decimal(0),
        highest=Decimal(27),
        today=day(until),
    )


def test_a_score_stands_at_its_day_and_its_value() -> None:
    (dot,) = drawn((28, 9)).dots
    assert (dot.x, dot.y) == (44 + 10 * (14 + 28), 320 - 10 * 9)
    assert (dot.label_x, dot.label_y) == (dot.x, dot.y - 11)


def test_a_value_at_the_top_is_written_on_the_plot() -> None:
    (dot,) = drawn((28, 27)).dots
    assert (dot.y, dot.label_y) == (50, 46)


def test_a_value_is_not_written_across_a_sessions_line() -> None:
    before, after = drawn((0, 9), (1, 9)).dots
    assert (before.label_x, after.label_x) == (44 + 140 - 13, 44 + 140 + 13)


def test_today_and_the_next_session_stand_at_their_days() -> None:
    plot = plotting.draw(
        scores=(), sessions=[Injected(on=FIRST)], lowest=None, highest=None, today=day(70), next_on=day(77)
    )
    assert (plot.today_x, plot.next_x) == (44 + 10 * 84, 44 + 10 * 91)


def test_line_breaks_at_a_session_and_leaves_a_gap() -> None:
    plot = drawn((0, 20), (14, 10), (28, 9), sessions=(Injected(on=day(7)),))
    assert plot.gaps == ("M184.0 120.0L324.0 220.0",)
    assert plot.lines == ("M324.0 220.0L464.0 230.0",)


def test_a_score_of_the_sessions_own_day_was_before_it() -> None:
    plot = drawn((0, 20), (7, 20), (14, 10), sessions=(Injected(on=day(7)),))
    assert (plot.lines, plot.gaps) == (("M184.0 120.0L254.0 120.0",), ("M254.0 120.0L324.0 220.0",))


def test_the_order_in_which_scores_come_does_not_matter() -> None:
    assert drawn((28, 9), (14, 10)) == drawn((14, 10), (28, 9))


def test_window_is_cut_into_onset_peak_decline_and_range() -> None:
    window = Injected(
        on=FIRST,
        rises_on=day(7),
        peaks_from_on=day(21),
        peaks_until_on=day(42),
        ends_from_on=day(70),
        ends_until_on=day(77),
        estimated_on=day(75),
    )
    (mark,) = drawn(sessions=(window,)).sessions
    assert (mark.rise, mark.peak) == (Strip(254, 140), Strip(394, 210))
    assert (mark.fall, mark.wear_off) == (Strip(604, 280), Strip(884, 70))
    assert (mark.estimate_x, mark.end_x, mark.peak.middle if mark.peak else 0) == (934, None, 499)


def test_an_end_that_was_seen_is_a_line_and_no_range() -> None:
    window = Injected(on=FIRST, peaks_until_on=day(42), ended_on=day(70))
    (mark,) = drawn(sessions=(window,)).sessions
    assert (mark.end_x, mark.fall, mark.wear_off) == (884, Strip(604, 280), None)


def test_a_window_stops_at_the_next_session() -> None:
    window = Injected(on=FIRST, peaks_until_on=day(42), ended_on=day(75))
    first, second = drawn(sessions=(window, Injected(on=day(70)))).sessions
    assert (first.fall, first.end_x) == (Strip(604, 280), None)
    assert (first.number, second.number, second.peak) == (1, 2, None)


def test_sessions_too_close_for_a_label_keep_the_latest() -> None:
    marks = drawn(sessions=(Injected(on=FIRST), Injected(on=day(7)), Injected(on=day(14)))).sessions
    assert [mark.is_labelled for mark in marks] == [True, False, True]  # 140 apart fits; 70 does not


def test_ticks_are_round_and_leave_the_ends_room() -> None:
    ticks = drawn((28, 9)).ticks
    assert [(int(tick.value), tick.y, tick.is_edge) for tick in ticks] == [
        (0, 320, True),
        (5, 270, False),
        (10, 220, False),
        (15, 170, False),
        (20, 120, False),
        (27, 50, True),
    ]  # 25 would touch 27


def test_a_scale_that_does_not_begin_at_nought_keeps_its_ends() -> None:
    plot = plotting.draw(
        scores=[Measured(FIRST, Decimal(57))], sessions=(), lowest=Decimal(36), highest=Decimal(78), today=day(77)
    )
    assert [tick.value for tick in plot.ticks] == [36, 40, 50, 60, 70, 78]
    assert plot.dots[0].y == 185  # halfway


def test_a_scale_without_an_upper_end_ends_above_the_scores() -> None:
    plot = plotting.draw(
        scores=[Measured(FIRST, Decimal(43))], sessions=(), lowest=Decimal(0), highest=None, today=day(77)
    )
    assert [tick.value for tick in plot.ticks] == [0, 10, 20, 30, 40, 50]


def test_months_are_named_once_with_their_year_and_again_in_january() -> None:
    assert drawn((28, 9)).months == (
        Month(44 + 310, date(2027, 2, 1), has_year=True),
        Month(44 + 590, date(2027, 3, 1), has_year=False),
        Month(44 + 900, date(2027, 4, 1), has_year=False),
    )


def test_years_of_scores_name_fewer_months() -> None:
    plot = drawn((0, 9), (1500, 9), until=1500)
    assert [month.on.month for month in plot.months][:5] == [7, 1, 7, 1, 7]


def test_everything_stands_within_the_box() -> None:
    windows = tuple(
        Injected(on=day(84 * turn), rises_on=day(84 * turn + 7), peaks_from_on=day(84 * turn + 21)) for turn in range(9)
    )
    plot = drawn((-300, 27), (0, 0), (700, 15), sessions=windows, until=760)
    assert all(44 <= dot.x <= 1164 and 50 <= dot.y <= 320 for dot in plot.dots)
    assert all(44 <= mark.x <= 1164 for mark in plot.sessions)
    assert all(mark.rise and mark.rise.x + mark.rise.width <= 1164 for mark in plot.sessions)
