"""F26, F27. However many beats there are and whatever the clocks say, each letter goes once, by the database's time."""

from datetime import timedelta

from clinic.outbox.models import Letter
from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import beats


def test_f26_f27_beats_that_are_many_or_gone_and_clocks_that_differ_or_jump(world: World) -> None:
    told = beats.played(world)
    assert told.accounts == {
        beats.DEAD: Account(owed=3),
        beats.STALE: Account(owed=2),
        beats.THREE: Account(owed=10),
        beats.RESTARTING: Account(owed=2),
        beats.AHEAD: Account(owed=1),
        beats.BEHIND: Account(owed=1),
        beats.LEASED: Account(owed=1),
        beats.JUMPED: Account(owed=4),
        beats.BLIND: Account(owed=1, twice=1),  # the control: sweeps without a claim
    }
    assert set(Letter.objects.filter(edition=beats.STALE).values_list("state", flat=True)) == {"lapsed"}
    assert told.oldest_due
    assert told.oldest_due > timedelta(hours=2)  # while no beat lived, /readyz told how long
    assert told.kept_by_its_holder
    assert told.control_released_it, "the control: a lease by the host's own clock"
    assert told.control_fell_silent, "the control: Celery's own scheduler, when the clock is set back"
    assert world.leaks() == []
