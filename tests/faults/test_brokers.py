"""The broker may go at any time: the desk books on, the table is the schedule, the workers come back by themselves."""

from tests.faults.harness.desk import Desk
from tests.faults.harness.invariants import Account, bookings_untold, slots_sold_twice
from tests.faults.harness.world import World
from tests.faults.rounds import brokers


def test_f09_to_f11_broker_gone_emptied_and_frozen_stops_neither_desk_nor_letters(world: World, desk: Desk) -> None:
    told = brokers.played(world, desk)
    assert told.accounts == {
        **{fault: Account(owed=5) for fault in (*brokers.FAULTS, brokers.CONFIRMATIONS)},
        brokers.IN_HAND: Account(owed=2),
    }
    assert told.workers_live
    assert [press.status for press in told.presses.values()] == [302] * 5
    assert max(press.seconds for press in told.presses.values()) < brokers.BLOCKED_FOR  # on a quiet machine a second
    assert (bookings_untold(), slots_sold_twice()) == (0, 0)
    assert world.leaks() == []
    # The controls: tasks that only the broker knew, and a request that talked to the frozen one itself.
    in_time = {brokers.FROZEN: Account(owed=1)}  # nothing is lost by that, it only stands still
    assert told.controls == {fault: Account(owed=1, missing=1) for fault in brokers.FAULTS} | in_time
    assert told.control_still_waits
