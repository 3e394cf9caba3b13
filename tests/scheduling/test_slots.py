"""Free times: worked by hand, and as properties."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from scheduling.slots import Away, Span, Taken, WeeklyHours, joined, on_grid, starts, without, working_spans

KOLKATA = ZoneInfo("Asia/Kolkata")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2027, 3, 2)  # a Tuesday


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), UTC)


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


def test_a_visit_that_ends_at_ten_leaves_ten_free() -> None:
    assert not span("09:00", "10:00").overlaps(span("10:00", "11:00"))


def test_what_is_taken_is_cut_out() -> None:
    assert without([span("09:00", "13:00")], [span("10:00", "10:45"), span("12:30", "14:00")]) == [
        span("09:00", "10:00"),
        span("10:45", "12:30"),
    ]


def test_a_visit_fits_only_with_its_buffer_before_the_span_ends() -> None:
    found = starts([span("09:00", "10:00")], minutes=30, buffer_minutes=15, grid_minutes=15, not_before=at("00:00"))
    assert found == [at("09:00"), at("09:15")]


def test_free_times_lie_on_the_quarter_hour_after_a_visit_that_does_not() -> None:
    found = starts([span("09:50", "11:00")], minutes=30, buffer_minutes=0, grid_minutes=15, not_before=at("00:00"))
    assert found == [at("10:00"), at("10:15"), at("10:30")]


def test_nothing_starts_before_now() -> None:
    found = starts([span("09:00", "10:00")], minutes=15, buffer_minutes=0, grid_minutes=15, not_before=at("09:16"))
    assert found == [at("09:30"), at("09:45")]


def test_hours_in_a_half_hour_zone_are_that_zones() -> None:
    hours = [WeeklyHours(1, time(10), time(13))]
    assert working_spans(hours, first=DAY, last=DAY, zone=KOLKATA) == [span("04:30", "07:30")]


def test_a_closure_leaves_the_day_out() -> None:
    hours = [WeeklyHours(1, time(10), time(13))]
    assert working_spans(hours, first=DAY, last=DAY, zone=KOLKATA, closed=[DAY]) == []


def test_hours_hold_between_their_two_days() -> None:
    hours = [WeeklyHours(1, time(10), time(13), valid_from=date(2027, 3, 3))]
    found = working_spans(hours, first=DAY, last=date(2027, 3, 9), zone=KOLKATA)
    assert found == [Span(at("04:30", date(2027, 3, 9)), at("07:30", date(2027, 3, 9)))]


def test_the_day_clocks_go_forward_is_an_hour_shorter() -> None:
    sunday = date(2027, 3, 28)  # Berlin: 02:00 becomes 03:00
    (found,) = working_spans([WeeklyHours(6, time(1), time(5))], first=sunday, last=sunday, zone=BERLIN)
    assert found.end - found.start == timedelta(hours=3)


def test_the_grid_is_the_hours_own() -> None:
    assert on_grid(at("09:07"), 15) == at("09:15")
    assert on_grid(at("09:15"), 15) == at("09:15")


def test_hours_until_the_last_minute_run_until_midnight_and_into_the_next_day() -> None:
    hours = [WeeklyHours(1, time(22), time(23, 59)), WeeklyHours(2, time(0), time(2))]
    found = working_spans(hours, first=DAY, last=date(2027, 3, 3), zone=KOLKATA)
    assert found == [Span(at("16:30"), at("20:30"))]  # ten at night until two in the morning there


def test_hours_that_begin_where_the_clock_jumps_begin_after_the_jump() -> None:
    friday = date(2027, 4, 30)  # Cairo: midnight becomes one o'clock
    (found,) = working_spans(
        [WeeklyHours(4, time(0), time(4))], first=friday, last=friday, zone=ZoneInfo("Africa/Cairo")
    )
    assert found == Span(at("22:00", date(2027, 4, 29)), at("01:00", friday))  # three hours on that day


def test_hours_that_the_jump_swallows_are_none() -> None:
    sunday = date(2027, 3, 28)  # Berlin: from 02:00 to 03:00; 02:15 reads as 03:15, after 03:10
    found = working_spans([WeeklyHours(6, time(2, 15), time(3, 10))], first=sunday, last=sunday, zone=BERLIN)
    assert found == []


def test_an_hour_shown_twice_is_its_first() -> None:
    sunday = date(2026, 10, 25)  # Berlin: 03:00 becomes 02:00; the first 02:30 is 00:30Z
    (found,) = working_spans([WeeklyHours(6, time(2, 30), time(5))], first=sunday, last=sunday, zone=BERLIN)
    assert found == Span(at("00:30", sunday), at("04:00", sunday))


def test_days_away_are_whole_days_of_the_zone() -> None:
    away = Away(DAY, date(2027, 3, 3))
    assert list(away.between(date(2027, 3, 1), DAY, KOLKATA)) == [Span(at("18:30", date(2027, 3, 1)), at("18:30"))]
    assert list(away.between(date(2027, 3, 4), date(2027, 3, 9), KOLKATA)) == []


def test_a_stretch_away_is_one_on_each_day() -> None:
    away = Away(DAY, date(2027, 3, 9), time(10), time(11))
    found = list(away.between(DAY, date(2027, 3, 3), KOLKATA))
    assert found == [span("04:30", "05:30"), Span(at("04:30", date(2027, 3, 3)), at("05:30", date(2027, 3, 3)))]


def test_a_quarter_hour_is_one_in_every_zone() -> None:
    """BTX-013: so times may be counted on the hour of UTC."""
    when = [datetime(2027, month, 1, tzinfo=UTC) for month in (1, 7)]
    offsets = {moment.astimezone(ZoneInfo(name)).utcoffset() for name in available_timezones() for moment in when}
    assert {offset % timedelta(minutes=15) for offset in offsets if offset is not None} == {timedelta(0)}


moments = st.integers(min_value=0, max_value=600).map(lambda minutes: at("00:00") + timedelta(minutes=minutes))
spans = st.tuples(moments, st.integers(min_value=1, max_value=90)).map(
    lambda pair: Span(pair[0], pair[0] + timedelta(minutes=pair[1]))
)


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8))
def test_what_is_left_never_overlaps_what_is_taken(free: list[Span], taken: list[Span]) -> None:
    left = without(free, taken)
    assert not any(rest.overlaps(cut) for rest in left for cut in taken)


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8), moments)
def test_an_instant_is_left_if_it_was_free_and_is_not_taken(
    free: list[Span], taken: list[Span], moment: datetime
) -> None:
    point = Span(moment, moment + timedelta(seconds=1))
    was_free = any(rest.overlaps(point) for rest in free)
    is_taken = any(cut.overlaps(point) for cut in taken)
    assert any(rest.overlaps(point) for rest in without(free, taken)) is (was_free and not is_taken)


@given(st.lists(spans, max_size=8))
def test_joined_spans_stand_apart_in_order(found: list[Span]) -> None:
    result = joined(found)
    assert all(before.end < after.start for before, after in pairwise(result))


@given(st.lists(spans, max_size=8), spans)
def test_taken_leaves_what_overlaps_none_of_it(taken: list[Span], asked: Span) -> None:
    assert Taken(taken).leaves(asked.start, asked.end) is not any(cut.overlaps(asked) for cut in taken)
