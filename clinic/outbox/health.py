"""How the outbox is: for /readyz and for who is on call."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from clinic.outbox.models import Heartbeat, Letter
from clinic.outbox.reasons import SERVER_BUSY
from clinic.outbox.states import QUEUED
from clinic.outbox.timing import JITTER, LONGEST_WAIT

WORKER: Final = "worker"
BEAT: Final = "beat"


def oldest_due_age(now: datetime | None = None) -> timedelta | None:
    """Return how long the oldest due letter has waited, or None. Held ones and those put off are not due."""
    moment = now or timezone.now()
    oldest = Letter.objects.due(moment).order_by("due_at").values_list("due_at", flat=True).first()
    return moment - oldest if oldest else None


def put_off(now: datetime) -> int:
    """Count the letters that a mail server could not take and that wait for another try: not due, owed all the same.

    Those within the longest wait are all there are.
    """
    soon = now + LONGEST_WAIT * (1 + JITTER)
    return Letter.objects.filter(state=QUEUED, due_at__lte=soon, reason=SERVER_BUSY).count()


def worker_last_seen() -> datetime | None:
    """Return when a worker last ran a sweep, or None where none ever did."""
    return _last_seen(WORKER)


def beat_last_seen() -> datetime | None:
    """Return when beat last asked for a sweep, or None where it never did."""
    return _last_seen(BEAT)


def _last_seen(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("seen_at", flat=True).first()
