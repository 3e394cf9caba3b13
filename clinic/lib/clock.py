"""The one place where a page reads the clock; deeds and rules are handed `now`."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the current instant, aware, UTC."""
    return timezone.now()
