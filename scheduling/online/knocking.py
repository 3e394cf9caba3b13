"""How often one place of the net may ask: counted in the database, where all web workers see it, exact under races."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from django.db.models import F
from django.utils.crypto import salted_hmac

from scheduling.models import Knock

STRETCH: Final = timedelta(minutes=10)
LOOK, HOLD, MAIL = "look", "hold", "mail"
AT_MOST: Final = {LOOK: 300, HOLD: 30, MAIL: 12}
"""In a stretch, of one address: a clinic's own waiting room, or a village behind one, must get through."""
NETWORK_BITS: Final = 64
"""Who has one address of IPv6 has that many."""


def may(what: str, *, address: str, now: datetime) -> bool:
    """Count one knock and return whether it is let in: of many at once no more than the limit are."""
    who = salted_hmac("scheduling.online.knock", _place(address), algorithm="sha256").hexdigest()
    since = now - (now - datetime.fromtimestamp(0, now.tzinfo)) % STRETCH
    row = Knock.objects.filter(who=who, what=what, since=since)
    Knock.objects.bulk_create([Knock(who=who, what=what, since=since)], ignore_conflicts=True)
    return row.filter(count__lt=AT_MOST[what]).update(count=F("count") + 1) == 1


def _place(address: str) -> str:
    """Return what is counted together: one address, or the network of one in IPv6; what is none, as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(int(found) >> NETWORK_BITS)
    return str(found.ipv4_mapped if isinstance(found, IPv6Address) else found)
