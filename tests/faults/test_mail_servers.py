"""Mail servers as they are on a bad day: what was taken is not given twice, what was refused is told."""

from django.utils import timezone

from clinic.outbox.models import Letter
from tests.faults.harness.invariants import Account
from tests.faults.harness.world import World
from tests.faults.rounds import mail_servers as servers


def test_f20_to_f24_mail_servers_that_lie_drop_hang_storm_and_refuse(world: World) -> None:
    """F20: nobody inside can know what is thrown away after 250. It is sent, once, and raises no alarm."""
    controls = servers.unguarded(world)
    assert servers.guarded(world) == {
        servers.THROWN_AWAY: Account(owed=1, missing=1),
        "F21 taken, then hung up": Account(owed=1, uncertain=1),
        "F22 taken, then silent": Account(owed=1, uncertain=1),
        servers.NEVER_GREETED: Account(owed=1),
        servers.STORM: Account(owed=12),
        "F24 one recipient of three refused": Account(owed=3, failed=1),
        "F24 letter refused": Account(owed=1, failed=1),
        "F24 odd addresses": Account(owed=3),
        "others meanwhile": Account(owed=10),
    }
    assert controls() == {
        "F21 hung up on, tried again": Account(owed=1, twice=1, contradicted=1),
        "F22 no timeout": Account(owed=2, missing=1, contradicted=1),
        "F23 tried again at once": Account(owed=1, missing=1),
        "F24 refusal told to nobody": Account(owed=1, missing=1),
    }
    thrown_away = Letter.objects.get(edition=servers.THROWN_AWAY)
    assert (thrown_away.state, thrown_away.attempt) == ("sent", 1)
    assert thrown_away not in Letter.objects.needs_a_person(timezone.now())
    assert servers.put_off(world) < 30  # twelve letters, two sweeps: without rests and waits three times as many
    assert servers.most_in_a_tenth_of_a_second(world) < 12  # healed, it is not given all of them at once
    assert world.leaks() == []
    assert world.control_leaks(), "the control: a refusal's own text names the address"
