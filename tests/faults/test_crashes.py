"""Workers killed, stopped and poisoned in earnest: nothing is lost, nothing goes twice, a doubt is called one."""

import pytest

from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import crashes

ONE_SENT = Account(owed=1)
ONE_UNCERTAIN = Account(owed=1, uncertain=1)


Accounts = dict[str, Account]


@pytest.fixture(scope="module")
def both(world: World) -> tuple[Accounts, Accounts]:
    """All these faults at once, done to the clinic as it is, and to sending without the guards."""
    finished = crashes.unguarded(world)
    return crashes.guarded(world), finished()


@pytest.fixture
def guarded(both: tuple[Accounts, Accounts]) -> Accounts:
    """What became of the letters of the clinic as it is."""
    return both[0]


@pytest.fixture
def unguarded(both: tuple[Accounts, Accounts]) -> Accounts:
    """What became of the letters of the controls."""
    return both[1]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("F1 worker killed, claimed", ONE_SENT),
        ("F2 pool process killed, claimed", ONE_SENT),
        ("F3 worker tree killed, early ack", ONE_SENT),
        ("F4 killed before DATA", ONE_UNCERTAIN),
        ("F4 killed after 250", ONE_UNCERTAIN),
        ("F6 SIGTERM, claimed", ONE_SENT),
        ("F6 SIGTERM twice, given", ONE_SENT),
        ("F6 SIGQUIT, claimed", ONE_SENT),
        (crashes.NO_COMMIT, Account(owed=0)),
        (crashes.NO_WAKE_UP, ONE_SENT),
        (crashes.POISONED, Account(owed=1, failed=1)),
        ("F8 asleep past its lease, claimed", ONE_SENT),
        ("F8 asleep past its lease, given", ONE_SENT),
        (crashes.OTHERS, Account(owed=10)),
    ],
)
def test_fault_loses_and_doubles_nothing(guarded: Accounts, fault: str, outcome: Account) -> None:
    assert guarded[fault] == outcome


def test_faults_tell_nobody_who_the_patient_is(guarded: Accounts, world: World) -> None:
    assert world.leaks() == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("F1 worker killed, early ack", Account(owed=1, missing=1)),
        ("F2 pool process killed, no reject on lost", Account(owed=1, missing=1)),
        ("F3 worker tree killed, early ack", Account(owed=1, missing=1)),
        ("F4 killed after 250, sent blindly", Account(owed=1, twice=1)),
        (crashes.NO_SWEEP, Account(owed=1, missing=1)),
        ("F6 SIGQUIT, early ack", Account(owed=1, missing=1)),
        (crashes.NO_CAP, Account(owed=1, missing=1)),
        (crashes.NO_FENCE, Account(owed=1, twice=1)),
    ],
)
def test_control_without_the_guard_is_seen_to_fail(unguarded: Accounts, fault: str, outcome: Account) -> None:
    assert unguarded[fault] == outcome
