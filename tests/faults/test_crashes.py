"""Workers killed, stopped and poisoned in earnest: nothing is lost, nothing goes twice, a doubt is called one.

One test a round, here and beside: a round is a minute of real processes, and must not be played once a test process.
"""

from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import crashes

ARRIVED = Account(owed=1)
UNCERTAIN = Account(owed=1, uncertain=1)
LOST = Account(owed=1, missing=1)
DOUBLED = Account(owed=1, twice=1)


def test_f01_to_f08_workers_lost_at_any_step_lose_and_double_nothing(world: World) -> None:
    controls = crashes.unguarded(world)
    assert crashes.guarded(world) == {
        "F1 worker killed, claimed": ARRIVED,
        "F2 pool process killed, claimed": ARRIVED,
        "F3 worker tree killed, early ack": ARRIVED,
        "F4 killed before DATA": UNCERTAIN,
        "F4 killed after 250": UNCERTAIN,
        crashes.NO_COMMIT: Account(owed=0),
        crashes.NO_WAKE_UP: ARRIVED,
        "F6 SIGTERM, claimed": ARRIVED,
        "F6 SIGTERM twice, given": ARRIVED,
        "F6 SIGQUIT, claimed": ARRIVED,
        crashes.POISONED: Account(owed=1, failed=1),
        "F8 asleep past its lease, claimed": ARRIVED,
        "F8 asleep past its lease, given": ARRIVED,
        crashes.OTHERS: Account(owed=10),
    }
    assert controls() == {
        "F1 worker killed, early ack": LOST,
        "F2 pool process killed, no reject on lost": LOST,
        "F3 worker tree killed, early ack": LOST,
        "F4 killed after 250, sent blindly": DOUBLED,
        crashes.NO_SWEEP: LOST,
        "F6 not asked but killed, early ack": LOST,
        crashes.NO_CAP: LOST,
        crashes.NO_FENCE: DOUBLED,
    }
    assert world.leaks() == []
