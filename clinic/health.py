"""Is it alive, is it ready: what a balancer and `make run` ask, without signing in. No name, no number of patients."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.outbox import health
from clinic.outbox.deeds import is_on_hold


@login_not_required
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated; what the outbox reports fails nothing."""
    now = timezone.now()
    try:
        report: dict[str, Any] = {"database": "ok", "migrations": "ok" if not _unapplied() else "missing"}
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "not reachable"}, status=503)
    is_ready = report["migrations"] == "ok"
    if is_ready:
        report |= {
            "oldest_due_letter_seconds": _seconds(health.oldest_due_age(now)),
            "letters_put_off": health.put_off(now),
            "letters_on_hold": is_on_hold(),
            "worker_seen_seconds_ago": _seconds(_since(health.worker_last_seen(), now)),
            "beat_seen_seconds_ago": _seconds(_since(health.beat_last_seen(), now)),
        }
    return JsonResponse({"ready": is_ready, **report}, status=200 if is_ready else 503)


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _since(moment: datetime.datetime | None, now: datetime.datetime) -> datetime.timedelta | None:
    return None if moment is None else now - moment


def _seconds(age: datetime.timedelta | None) -> int | None:
    return None if age is None else round(age.total_seconds())
