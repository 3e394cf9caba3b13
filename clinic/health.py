"""Is it alive, is it ready: what a balancer and `make run` ask, without signing in. No name, no number of patients."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.outbox.models import Heartbeat, Letter


@login_not_required
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated. The oldest due letter, worker and beat are told, and fail nothing."""
    now = timezone.now()
    try:
        report: dict[str, Any] = {"database": "ok", "migrations": "ok" if not _unapplied() else "missing"}
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "not reachable"}, status=503)
    is_ready = report["migrations"] == "ok"
    if is_ready:
        report["oldest_due_letter_seconds"] = _oldest_due_letter(now)
        seen = dict(Heartbeat.objects.values_list("name", "seen_at"))
        report |= {f"{part}_seen_seconds_ago": _age(seen.get(part), now) for part in ("worker", "beat")}
    return JsonResponse({"ready": is_ready, **report}, status=200 if is_ready else 503)


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _oldest_due_letter(now: datetime.datetime) -> int | None:
    """Seconds the longest-waiting letter has been due; None when nothing waits."""
    return _age(Letter.objects.due(now).aggregate(oldest=Min("due_at"))["oldest"], now)


def _age(moment: datetime.datetime | None, now: datetime.datetime) -> int | None:
    return None if moment is None else round((now - moment).total_seconds())
