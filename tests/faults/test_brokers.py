"""The broker may go at any time: the desk books on, the table is the schedule, the workers come back by themselves."""

import pytest

from tests.faults.harness.desk import Desk
from tests.faults.harness.invariants import Account, bookings_untold, slots_sold_twice
from tests.faults.harness.world import World
from tests.faults.rounds import brokers


@pytest.fixture(scope="module")
def told(world: World, desk: Desk) -> brokers.Told:
    """All that can happen to the broker, one after the other."""
    return brokers.played(world, desk)


@pytest.mark.parametrize("fault", brokers.FAULTS)
def test_fault_loses_and_doubles_nothing(told: brokers.Told, fault: str) -> None:
    assert told.accounts[fault] == Account(owed=5)


@pytest.mark.parametrize("fault", brokers.FAULTS)
def test_desk_books_within_a_second_meanwhile(told: brokers.Told, fault: str) -> None:
    press = told.presses[fault]
    assert press.status == 302
    assert press.seconds < 1


def test_visits_booked_meanwhile_are_confirmed_and_in_the_trail(told: brokers.Told) -> None:
    assert told.accounts["others meanwhile"] == Account(owed=5)
    assert bookings_untold() == 0
    assert slots_sold_twice() == 0


def test_workers_came_back_by_themselves(told: brokers.Told) -> None:
    assert told.workers_live


def test_faults_tell_nobody_who_the_patient_is(told: brokers.Told, world: World) -> None:
    assert world.leaks() == []


@pytest.mark.parametrize("fault", [name for name in brokers.FAULTS if name != brokers.FROZEN])
def test_control_whose_memory_is_the_broker_is_seen_to_fail(told: brokers.Told, fault: str) -> None:
    assert told.controls[fault] == Account(owed=1, missing=1)


def test_control_that_asks_the_frozen_broker_itself_still_waits(told: brokers.Told) -> None:
    assert told.control_still_waits
