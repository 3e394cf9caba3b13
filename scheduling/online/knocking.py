"""How often one place of the net may ask, and one mailbox be written to: counted in the database, exact under races."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils.crypto import salted_hmac

from scheduling.models import Knock

STRETCH: Final = timedelta(minutes=10)
LOOK, HOLD, KEEP, MAIL, CODE, VISIT = "look", "hold", "keep", "mail", "code", "visit"
AT_MOST: Final = {LOOK: 300, HOLD: 30, KEEP: 8, MAIL: 12, CODE: 6, VISIT: 4}
"""Of one address: a clinic's own waiting room, or a village behind one, must get through. KEEP counts who keeps a time
without giving one up for it, so that nobody keeps a whole day; CODE the codes one mailbox gets, whoever asks; VISIT
the visits booked with one mailbox, for all who share it."""
COUNTED_FOR: Final = {KEEP: 2 * STRETCH, CODE: timedelta(hours=1), VISIT: timedelta(days=1)}
"""What is counted for longer than a stretch: a time is kept for ten minutes, and once ten more."""
NETWORK_BITS: Final = 64
"""Who has one address of IPv6 has that many."""


def may(what: str, *, address: str, now: datetime) -> bool:
    """Count one knock and return whether it is let in: of many at once no more than the limit are."""
    who = salted_hmac("scheduling.online.knock", _place(address), algorithm="sha256").hexdigest()
    since = now - (now - datetime.fromtimestamp(0, now.tzinfo)) % STRETCH
    row = Knock.objects.filter(who=who, what=what, since=since)
    Knock.objects.bulk_create([Knock(who=who, what=what, since=since)], ignore_conflicts=True)
    if what not in COUNTED_FOR:
        return row.filter(count__lt=AT_MOST[what]).update(count=F("count") + 1) == 1
    with transaction.atomic():
        row.select_for_update().get()
        lately = Knock.objects.filter(who=who, what=what, since__gt=now - COUNTED_FOR[what])
        had: int = lately.aggregate(had=Sum("count"))["had"]
        return had < AT_MOST[what] and row.update(count=F("count") + 1) == 1


def _place(address: str) -> str:
    """Return what is counted together: one address, or the network of one in IPv6; a mailbox as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(int(found) >> NETWORK_BITS)
    return str(found.ipv4_mapped if isinstance(found, IPv6Address) else found)
