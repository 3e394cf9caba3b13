"""What beat and workers run. Thin: deeds write rows, these find them; ids only, no result, no rule."""

import contextlib
import logging
from functools import partial
from typing import Any, Final

from celery import shared_task, signals
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from clinic.outbox import delivery, mail_server, witness
from clinic.outbox.bounces import take
from clinic.outbox.health import BEAT, WORKER
from clinic.outbox.mailboxes import MailboxUnreadable, read_mailbox
from clinic.outbox.models import Heartbeat

log = logging.getLogger(__name__)

#: Seconds after which an unread message is worth nothing: the next sweep lists its letter again.
EXPIRES: Final = 120


@shared_task(ignore_result=True)
def deliver_due() -> None:
    """Each quarter of a minute: find what has become due and ask a worker for each letter."""
    Heartbeat.objects.seen(WORKER)
    now = timezone.now()
    witness.look_round(now=now)
    delivery.find_due(now=now)
    for pk, queue, is_urgent in delivery.due_now(now=now):
        # On Redis 0 is the highest, and what beat asks for has it: a sweep never waits behind the letters it asked for.
        deliver_one.apply_async((pk,), queue=queue, expires=EXPIRES, priority=0 if is_urgent else 5)


@shared_task(ignore_result=True)
def deliver_one(letter_pk: int) -> None:
    """Deliver one letter, if it is still due and free."""
    delivery.deliver(letter_pk, now=timezone.now())


@shared_task(ignore_result=True)
def release_expired() -> None:
    """Each half minute: bring back what a lost worker left."""
    Heartbeat.objects.seen(WORKER)
    delivery.release_expired(now=timezone.now())


@shared_task(ignore_result=True)
def read_bounces() -> None:
    """Every five minutes, where a mailbox is set: take in the mails that came back."""
    try:
        done = read_mailbox(settings.BOUNCE_MAILBOX, partial(take, now=timezone.now()))
    except MailboxUnreadable:
        log.error("the mailbox of returned mails cannot be read: INTERVAL_BOUNCE_MAILBOX")  # noqa: TRY400 - the name is enough
        return
    if done:
        log.info("returned mails: %s", ", ".join(f"{outcome} {count}" for outcome, count in sorted(done.items())))


@signals.after_task_publish.connect(sender=deliver_due.name)
def note_beat(**_: Any) -> None:
    """Whoever asked for a sweep is a beat that lives. Nothing here may stop it."""
    with contextlib.suppress(DatabaseError):
        close_old_connections()
        Heartbeat.objects.seen(BEAT)


@signals.worker_process_shutdown.connect
def say_goodbye(**_: Any) -> None:
    """A worker process that ends closes the connection it kept to the mail server."""
    mail_server.hang_up()
