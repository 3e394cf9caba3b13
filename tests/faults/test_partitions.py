"""F28. A host that is cut off: another takes over, its own late word counts for nothing, joined again it works on."""

from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import partitions


def test_f28_hosts_cut_from_postgres_broker_and_mail_server_and_joined_again(world: World) -> None:
    assert partitions.played(world) == {
        **{fault: Account(owed=1) for fault in partitions.CUTS},
        partitions.AFTERWARDS: Account(owed=6),
        partitions.UNFENCED: Account(owed=1, twice=1),  # the control
    }
    assert world.leaks() == []
