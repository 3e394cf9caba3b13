"""What is kept no longer: holds that ran out, what strangers wrote and never proved, and who knocked."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from scheduling.models import HeldTime, Knock, OnlineRequest

KEPT_FOR: Final = timedelta(days=1)


def sweep(now: datetime) -> int:
    """End the holds that ran out, and forget what is a day old; return how many ended. Before letters go."""
    ended = HeldTime.objects.kept().filter(until__lte=now).update(ended_at=F("until"))
    old = now - KEPT_FOR
    OnlineRequest.objects.filter(appointment__isnull=True, asked_at__lt=old).delete()
    HeldTime.objects.filter(ended_at__lt=old).delete()
    Knock.objects.filter(since__lt=old).delete()
    return ended
