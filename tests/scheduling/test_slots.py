"""Free times: worked by hand, and as properties."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduling.slots import Span, WeeklyHours, joined, on_grid, starts, without, working_spans

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
