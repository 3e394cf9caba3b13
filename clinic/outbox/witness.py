"""Redis as a witness: it remembers how many sweeps the database had counted, and says so when the database forgot some.

Asked by workers only, never by a page, and not for long: a Redis that is lost, emptied or frozen has nothing to say.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

import redis
from django.conf import settings

from clinic.outbox import restored

log = logging.getLogger(__name__)

PATIENCE: Final = 2.0
REMEMBERS_FOR: Final = timedelta(days=400)


def look_round(*, now: datetime) -> None:
    """Before a sweep: is this the database of the sweep before, and does it know all of them? Else nothing goes."""
    restored.hold_if_elsewhere(now=now)
    key = f"interval:sweeps:{restored.identity()}"
    counted = restored.hold_if_behind(_recall(key), now=now)
    _remember(key, counted)


def _recall(key: str) -> int | None:
    try:
        value = _redis().get(key)
    except redis.RedisError as error:
        log.warning("Redis was not asked how far we were: %s", type(error).__name__)
        return None
    return int(value) if isinstance(value, bytes) and value.isdigit() else None


def _remember(key: str, counted: int) -> None:
    try:
        _redis().set(key, counted, ex=REMEMBERS_FOR)
    except redis.RedisError as error:
        log.warning("Redis was not told how far we are: %s", type(error).__name__)


def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
