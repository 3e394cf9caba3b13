"""F28. A host that is cut off: another takes over, its own late word counts for nothing, joined again it works on."""

import pytest

from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import partitions


@pytest.fixture(scope="module")
def told(world: World) -> dict[str, Account]:
    """All the cuts at once, each on a host of its own."""
    return partitions.played(world)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("F28 cut from Postgres", Account(owed=1)),
        ("F28 cut from Postgres, the way back", Account(owed=1)),
        ("F28 cut from Postgres, letter given", Account(owed=1)),
        ("F28 cut from the broker", Account(owed=1)),
        ("F28 cut from the mail server", Account(owed=1)),
        ("F28 cut from the mail server, the way back", Account(owed=1)),
        (partitions.AFTERWARDS, Account(owed=6)),
    ],
)
def test_fault_loses_and_doubles_nothing(told: dict[str, Account], fault: str, outcome: Account) -> None:
    assert told[fault] == outcome


def test_control_without_a_fence_is_seen_to_fail(told: dict[str, Account]) -> None:
    assert told[partitions.UNFENCED] == Account(owed=1, twice=1)


def test_control_that_holds_on_to_what_it_could_not_acknowledge_works_no_more(told: dict[str, Account]) -> None:
    assert told[partitions.HELD_ON] == Account(owed=1, missing=1)


def test_faults_tell_nobody_who_the_patient_is(told: dict[str, Account], world: World) -> None:
    assert world.leaks() == []
