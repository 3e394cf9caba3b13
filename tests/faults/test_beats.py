"""F26, F27. However many beats there are and whatever the clocks say, each letter goes once, by the database's time."""

from datetime import timedelta

import pytest

from clinic.outbox.models import Letter
from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import beats


@pytest.fixture(scope="module")
def told(world: World) -> beats.Told:
    """First the beats, then the clocks."""
    return beats.played(world)


@pytest.mark.parametrize(
    ("fault", "owed"),
    [
        (beats.DEAD, 3),
        (beats.STALE, 2),
        (beats.THREE, 10),
        (beats.RESTARTING, 2),
        (beats.AHEAD, 1),
        (beats.BEHIND, 1),
        (beats.LEASED, 1),
        (beats.JUMPED, 4),
    ],
)
def test_fault_loses_and_doubles_nothing(told: beats.Told, fault: str, owed: int) -> None:
    assert told.accounts[fault] == Account(owed=owed)


def test_f26_dead_beat_shows_in_the_age_of_the_oldest_letter(told: beats.Told) -> None:
    assert told.oldest_due
    assert told.oldest_due > timedelta(hours=2)


def test_f26_beat_that_comes_back_lets_lapse_what_is_no_longer_useful(told: beats.Told) -> None:
    assert set(Letter.objects.filter(edition=beats.STALE).values_list("state", flat=True)) == {"lapsed"}


def test_f27_lease_runs_by_the_clock_of_the_database(told: beats.Told) -> None:
    assert told.kept_by_its_holder


def test_faults_tell_nobody_who_the_patient_is(told: beats.Told, world: World) -> None:
    assert world.leaks() == []


def test_control_sweeps_without_a_claim_are_seen_to_double(told: beats.Told) -> None:
    assert told.accounts[beats.BLIND] == Account(owed=1, twice=1)


def test_control_release_by_the_hosts_clock_takes_a_letter_from_its_holder(told: beats.Told) -> None:
    assert told.control_released_it


def test_control_celerys_own_scheduler_falls_silent_when_the_clock_is_set_back(told: beats.Told) -> None:
    assert told.control_fell_silent
