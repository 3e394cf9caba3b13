"""The pace: one after another, a rest for a server in trouble, and back slowly. Numbers by hand."""

from datetime import UTC, datetime, timedelta

from clinic.outbox.pacing import BURST, Clock, refused, turn

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEN_MINUTES = timedelta(minutes=10)


def turns(clock: Clock, number: int, *, a_minute: int = 60, now: datetime = NOW) -> tuple[list[float], Clock]:
    """When so many letters go that all ask at once, in seconds from then."""
    times = []
    for _ in range(number):
        at, clock = turn(clock, now=now, a_minute=a_minute)
        times.append((at - now) / SECOND)
    return times, clock


def test_letters_that_ask_at_once_follow_each_other_at_the_pace_after_a_few() -> None:
    times, _clock = turns(Clock(), BURST + 4)
    assert times == [0.0] * (BURST + 1) + [1.0, 2.0, 3.0]


def test_a_test_in_haste_steps_faster() -> None:
    at, clock = turn(Clock(slowness=1), now=NOW, a_minute=60, haste=20)
    assert (at, clock.next_at) == (NOW, NOW + SECOND / 10)


def test_a_pause_gives_back_the_few_and_no_more() -> None:
    _times, clock = turns(Clock(), 100)
    later = NOW + timedelta(hours=5)
    assert turns(clock, BURST + 3, now=later)[0] == [0.0] * (BURST + 1) + [1.0, 2.0]


def test_one_or_two_refusals_are_about_a_mailbox_and_the_third_in_a_row_is_trouble() -> None:
    clock = Clock()
    for refusals in (1, 2):
        clock = refused(clock, now=NOW, longest_rest=TEN_MINUTES)
        assert (clock.refusals, clock.rests_until) == (refusals, None)
    clock = refused(clock, now=NOW, longest_rest=TEN_MINUTES)
    assert (clock.rests_until, clock.slowness) == (NOW + timedelta(minutes=1), 1)


def test_refusals_under_way_when_the_rest_began_do_not_lengthen_it() -> None:
    resting = Clock(rests_until=NOW + timedelta(minutes=1), slowness=1)
    assert refused(resting, now=NOW + SECOND, longest_rest=TEN_MINUTES) == resting


def test_rests_double_up_to_the_longest_while_one_letter_each_is_refused() -> None:
    clock, now, rests = Clock(refusals=2), NOW, []
    for _ in range(7):
        clock = refused(clock, now=now, longest_rest=TEN_MINUTES)
        assert clock.rests_until is not None
        rests.append((clock.rests_until - now) / timedelta(minutes=1))
        now = clock.rests_until
    assert rests == [1, 2, 4, 8, 10, 10, 10]
    assert clock.slowness == 6


def test_after_a_rest_letters_come_one_by_one_and_not_all_at_once() -> None:
    """At 60 a minute and halved twice: the first when the rest is over, then one each four seconds."""
    clock = refused(Clock(slowness=1), now=NOW, longest_rest=TEN_MINUTES)
    assert turns(clock, 3)[0] == [120.0, 124.0, 128.0]


def test_a_clock_set_by_a_host_whose_time_had_jumped_stops_nothing() -> None:
    ahead = Clock(next_at=NOW + timedelta(hours=5), rests_until=NOW + timedelta(hours=5), slowness=0)
    assert turns(ahead, 1)[0] == [0.0]


def test_without_a_pace_all_go_at_once_but_not_to_a_server_in_trouble() -> None:
    """Sixty a minute, halved once: one each two seconds."""
    assert turns(Clock(), 50, a_minute=0)[0] == [0.0] * 50
    assert turns(Clock(slowness=1), 3, a_minute=0)[0] == [0.0, 2.0, 4.0]
