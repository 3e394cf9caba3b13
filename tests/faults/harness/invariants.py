"""What must hold after every fault: each letter accounted for, none lost, none twice, nobody named in a log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from clinic.outbox.models import Letter
from tests.faults.harness.broker import Broker
from tests.faults.harness.letters import CANARIES
from tests.faults.harness.sink import Sink

BOOKED_UNTOLD = """
    SELECT count(*) FROM scheduling_appointment booked WHERE NOT EXISTS (
        SELECT FROM audit_entry told WHERE told.thing_public_id = booked.public_id AND told.verb = 'appointment.booked')
"""
SOLD_TWICE = """
    SELECT count(*) FROM scheduling_appointment a JOIN scheduling_appointment b ON a.id < b.id
    AND a.clinician_id = b.clinician_id AND a.state <> 'cancelled' AND b.state <> 'cancelled'
    AND tstzrange(a.starts_at, a.occupied_until) && tstzrange(b.starts_at, b.occupied_until)
"""


@dataclass(frozen=True, kw_only=True)
class Account:
    """What became of the letters of one fault, by the rows and by what the mail server took."""

    owed: int
    missing: int = 0
    """Did not arrive, and nobody is told: waits although it is due, or is said to be sent."""
    twice: int = 0
    """Arrived more than once, and not because a person was asked about a doubt."""
    contradicted: int = 0
    """Arrived, and the row does not say so."""
    uncertain: int = 0
    failed: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether no letter was lost, doubled or misreported."""
        return not (self.missing or self.twice or self.contradicted)


def account(sink: Sink, letters: Iterable[Letter], *, now: datetime) -> Account:
    """Compare what the rows say with what the mail server took; what is due by `now` and waits is missing."""
    arrived = sink.arrived()
    rows = Letter.objects.filter(pk__in=[letter.pk for letter in letters])
    owed = missing = twice = contradicted = uncertain = failed = 0
    for row in rows:
        times = arrived[f"<{row.public_id}@kadamb.example>"]
        owed += 1
        is_waiting = row.state == "sending" or (row.state == "queued" and row.due_at <= now)
        missing += not times and (is_waiting or row.state == "sent")
        twice += times > 1 and row.state != "uncertain"
        contradicted += times > 0 and row.state not in {"sent", "uncertain"}
        uncertain += row.state == "uncertain"
        failed += row.state == "failed"
    return Account(
        owed=owed, missing=missing, twice=twice, contradicted=contradicted, uncertain=uncertain, failed=failed
    )


def are_settled(letters: Iterable[Letter], *, soon: timedelta) -> bool:
    """Whether none of them waits for anybody, now or soon: one put off for a moment is not done with."""
    rows = Letter.objects.filter(pk__in=[letter.pk for letter in letters])
    waiting = rows.filter(state="sending") | rows.due(timezone.now() + soon)
    return not waiting.exists()  # asked in one breath: one that is claimed between two questions would be in neither


def all_sent(letters: Iterable[Letter]) -> bool:
    """Whether each of them is sent, as the rows say."""
    pks = [letter.pk for letter in letters]
    return Letter.objects.filter(pk__in=pks, state="sent").count() == len(pks)


def leaks(folder: Path, broker: Broker, sink: Sink) -> list[str]:
    """Where a patient's name, phone or address was written down that must know nobody: logs, broker, subjects."""
    places = {path.name: path.read_bytes() for path in folder.rglob("*.log")}
    places["broker"] = broker.written()
    places["subjects"] = "\n".join(event.get("subject", "") for event in sink.events).encode()
    return [f"{canary} in {name}" for name, text in places.items() for canary in CANARIES if canary.encode() in text]


def bookings_untold() -> int:
    """How many visits were booked without a line in the trail."""
    return _count(BOOKED_UNTOLD)


def slots_sold_twice() -> int:
    """How many pairs of living visits share a clinician and a time."""
    return _count(SOLD_TWICE)


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
