"""F17. Thirty-two desks over HTTP, two web processes: one has it, thirty-one get a kind answer, nobody an error."""

from collections import Counter

import pytest

from tests.faults.harness.desk import Desk
from tests.faults.rounds import races
from tests.faults.rounds.races import DESKS


@pytest.mark.parametrize("name", ["one time", "overlapping times", "one room", "one patient"])
def test_btx_001_exactly_one_of_thirty_two_desks_is_booked(desk: Desk, name: str) -> None:
    """BTX-001: the loser is told, sees other times, keeps what was typed; no 500."""
    race = races.GUARDED_BY[name][0](desk)
    told = races.run(desk, race)
    assert Counter(answer.status for answer in told.answers) == {302: 1, 409: DESKS - 1}
    assert told.hold == 1
    for press, answer in zip(race.presses, told.answers, strict=True):
        if answer.status == 409:
            assert "Not booked" in answer.body
            assert f'value="{press.form["reason"]}"' in answer.body or not press.form["reason"]
            assert answer.body.count('class="time"') > 3  # other free times, to press


def test_btx_005_visits_taken_back_and_new_ones_want_one_time_and_one_has_it(desk: Desk) -> None:
    """BTX-005: un-cancelling is refused where the time is used again; the product has no soft deletion (its d)."""
    told = races.run(desk, races.cancelled_and_new(desk))
    statuses = Counter(answer.status for answer in told.answers)
    assert set(statuses) <= {302, 409}  # a press that takes back is always led on, with words
    assert statuses[409] >= DESKS // 2 - 1
    assert told.hold == 1


def test_time_that_came_free_is_pressed_by_who_waited_and_by_desks_and_one_has_it(desk: Desk) -> None:
    told = races.run(desk, races.freed_time(desk))
    done = [answer for answer in told.answers if answer.status in {200, 302}]
    assert {answer.status for answer in told.answers if answer not in done} == {409}
    assert (len(done), told.hold) == (1, 1)


@pytest.mark.parametrize("name", sorted(set(races.GUARDED_BY) - {"overlapping times"}))
def test_control_without_the_constraint_several_have_it(desk: Desk, name: str) -> None:
    race, constraint = races.GUARDED_BY[name]
    with races.without(constraint, desk):
        assert races.run(desk, race(desk)).hold > 1
