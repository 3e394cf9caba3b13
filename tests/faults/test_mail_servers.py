"""Mail servers as they are on a bad day: what was taken is not given twice, what was refused is told."""

import pytest

from clinic.outbox.models import Letter
from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import mail_servers as servers

Accounts = dict[str, Account]


@pytest.fixture(scope="module")
def both(world: World) -> tuple[Accounts, Accounts]:
    """The clinic as it is and the controls, at once."""
    finished = servers.unguarded(world)
    return servers.guarded(world), finished()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("F21 taken, then hung up", Account(owed=1, uncertain=1)),
        ("F22 taken, then silent", Account(owed=1, uncertain=1)),
        (servers.NEVER_GREETED, Account(owed=1)),
        (servers.STORM, Account(owed=12)),
        ("F24 one recipient of three refused", Account(owed=3, failed=1)),
        ("F24 letter refused", Account(owed=1, failed=1)),
        ("F24 odd addresses", Account(owed=3)),
        ("others meanwhile", Account(owed=10)),
    ],
)
def test_fault_loses_and_doubles_nothing(both: tuple[Accounts, Accounts], fault: str, outcome: Account) -> None:
    assert both[0][fault] == outcome


def test_f20_letter_thrown_away_is_seen_by_the_oracle_alone(both: tuple[Accounts, Accounts]) -> None:
    """Nobody inside can know: it is sent, once, and raises no alarm. A bounce or the desk may tell later."""
    assert both[0][servers.THROWN_AWAY] == Account(owed=1, missing=1)
    letter = Letter.objects.get(edition=servers.THROWN_AWAY)
    assert (letter.state, letter.attempt) == ("sent", 1)
    assert letter not in Letter.objects.needs_a_person()


def test_f23_storm_is_left_alone_and_comes_back_slowly(both: tuple[Accounts, Accounts], world: World) -> None:
    """Twelve letters, two sweeps: without rests and waits it would have been tried more than thirty times."""
    assert servers.put_off(world) < 30
    assert servers.most_in_a_tenth_of_a_second(world) < 12


def test_faults_tell_nobody_who_the_patient_is(both: tuple[Accounts, Accounts], world: World) -> None:
    assert world.leaks() == []
    assert world.control_leaks(), "the control: a refusal's own text names the address"


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("F21 hung up on, tried again", Account(owed=1, twice=1, contradicted=1)),
        ("F22 no timeout", Account(owed=2, missing=1, contradicted=1)),
        ("F23 tried again at once", Account(owed=1, missing=1)),
        ("F24 refusal told to nobody", Account(owed=1, missing=1)),
    ],
)
def test_control_without_the_guard_is_seen_to_fail(
    both: tuple[Accounts, Accounts], fault: str, outcome: Account
) -> None:
    assert both[1][fault] == outcome
