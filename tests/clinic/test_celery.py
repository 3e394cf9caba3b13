"""How Celery is run: the settings that keep letters from being lost or doubled, each with its reason."""

from importlib import import_module

import redis
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from clinic.celery import app, eviction_warning
from clinic.outbox.mail_server import LONGEST_CONVERSATION
from clinic.outbox.timing import LEASE


def test_tasks_are_acknowledged_late_and_given_back_when_their_process_is_lost() -> None:
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.worker_prefetch_multiplier == 1


def test_only_json_is_read_and_no_result_is_kept() -> None:
    assert (app.conf.accept_content, app.conf.task_serializer, app.conf.task_ignore_result) == (["json"], "json", True)
    assert app.conf.result_backend is None


def test_limits_lie_above_each_other_so_that_the_outbox_is_first_to_know() -> None:
    """A conversation ends before its lease, a task before the broker hands it out again."""
    hidden = app.conf.broker_transport_options["visibility_timeout"]
    assert LONGEST_CONVERSATION < LEASE.total_seconds() < app.conf.task_soft_time_limit
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < hidden


def test_letters_and_slow_work_have_queues_of_their_own() -> None:
    assert [queue.name for queue in app.conf.task_queues] == ["letters", "slow"]
    assert app.conf.task_default_queue == "letters"


def test_sweep_that_was_missed_is_not_made_up_by_a_pile_of_them() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]


def test_pages_ask_redis_for_nothing() -> None:
    """F11: sessions, sign-in counts and caches stand in the database or in the process."""
    assert set(settings.CACHES) == {"default"}
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert issubclass(import_module(settings.SESSION_ENGINE).SessionStore, DatabaseSessions)
    assert getattr(settings, "AXES_HANDLER", "axes.handlers.database.AxesDatabaseHandler").endswith(
        "AxesDatabaseHandler"
    )


def test_redis_that_drops_what_it_was_given_is_warned_of() -> None:
    """F10. The embedded one keeps everything; the policy is put back."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert eviction_warning(settings.REDIS_URL) == ""
    client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert "allkeys-lru" in eviction_warning(settings.REDIS_URL)
    finally:
        client.config_set("maxmemory-policy", "noeviction")


def test_redis_that_does_not_answer_is_no_reason_to_wait() -> None:
    assert eviction_warning("unix:///nowhere.sock?db=0") == ""
