"""The worker and the beat. The web never imports this: importing Celery is slow, and no request talks to the broker.

Run them with `celery -A clinic.celery worker` and `celery -A clinic.celery beat`. Tasks take ids only; the table is the
schedule, so the broker may be emptied at any time.
"""

import logging
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import redis
from celery import Celery, signals
from django.conf import settings
from kombu import Queue

from clinic.environment import refuse_to_serve

refuse_to_serve(settings.UNFIT_TO_SERVE)


def broker_url(redis_url: str) -> str:
    """The one REDIS_URL as Celery spells it: redis+socket:// for a socket, virtual_host for the number."""
    if redis_url.startswith("unix://"):
        return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    return redis_url


def in_haste(seconds: float) -> float:
    """So long; less in a test that is in haste, but never so little that a busy machine misses it."""
    return max(seconds / settings.OUTBOX_HASTE, 2)


log = logging.getLogger(__name__)

app = Celery("interval", task_cls="clinic.worker:Task")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 600,  # above the time limits; recovery is the outbox's lease
        "socket_timeout": in_haste(10),
        "socket_connect_timeout": 5,
        "priority_steps": [0, 5, 9],  # 0 is the highest on Redis
    },
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,  # acks_late alone loses the task of a pool child that was killed
    worker_prefetch_multiplier=1,
    task_soft_time_limit=120,
    task_time_limit=180,
    worker_max_tasks_per_child=500,
    # SIGTERM waits for the letters in hand, each a minute at most; SIGQUIT so long, and leaves the rest to the lease.
    worker_soft_shutdown_timeout=20 / settings.OUTBOX_HASTE,
    worker_hijack_root_logger=False,
    task_queues=(Queue("letters"), Queue("slow")),
    task_default_queue="letters",
    timezone="UTC",
    enable_utc=True,
    worker_consumer="clinic.worker:Consumer",
    beat_scheduler="clinic.beat:SteadyScheduler",
    beat_max_loop_interval=15 / settings.OUTBOX_HASTE,
    beat_schedule={
        # expires: a sweep that the worker missed is made up by the next one, not by a pile of them
        "deliver what is due": {
            "task": "clinic.outbox.tasks.deliver_due",
            "schedule": in_haste(15),
            "options": {"expires": in_haste(14)},
        },
        "release what was left": {
            "task": "clinic.outbox.tasks.release_expired",
            "schedule": in_haste(30),
            "options": {"expires": in_haste(25)},
        },
        "make the exports that were asked for": {
            "task": "scheduling.tasks.make_exports",
            "schedule": 15,
            "options": {"expires": 14, "queue": "slow"},
        },
        "import what waits": {
            "task": "patients.tasks.import_what_waits",
            "schedule": in_haste(5),
            "options": {"expires": in_haste(4), "queue": "slow"},
        },
    },
)
if settings.BOUNCE_MAILBOX:
    app.conf.beat_schedule["read what came back"] = {
        "task": "clinic.outbox.tasks.read_bounces",
        "schedule": 300 / settings.OUTBOX_HASTE,
        "options": {"expires": 280 / settings.OUTBOX_HASTE, "queue": "slow"},
    }
app.autodiscover_tasks()


@signals.worker_ready.connect
def look_at_the_broker(**_: object) -> None:
    """Say at the start what a full Redis would do. Nothing is lost by it but time: the table is the schedule."""
    if warning := eviction_warning(settings.REDIS_URL):
        log.warning(warning)


def eviction_warning(redis_url: str) -> str:
    """Return what is wrong with how this Redis makes room, or nothing; a Redis that does not answer says nothing."""
    try:
        client = redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)
        policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except redis.RedisError:
        return ""
    if policy == "noeviction":
        return ""
    return f"Redis drops what it was given when it is full (maxmemory-policy {policy}): set noeviction"
