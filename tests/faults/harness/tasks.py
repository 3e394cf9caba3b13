"""Sending without the guards, as it is often written: controls that must be seen to lose or to double."""

import smtplib
from typing import Final

from celery import shared_task
from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from clinic.outbox.faultpoints import faultpoint
from clinic.outbox.links import Links
from clinic.outbox.mime import Envelope, Words, compose, message_id
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient
from tests.faults.harness.letters import Notice

SENT: Final = {"state": "sent", "sent_at": Now(), "ended_at": Now(), "handing_over_at": Now(), "attempt": 1}


def give(letter_pk: int, *, timeout: float | None = None) -> None:
    """Look whether it is sent; if not send it, then write that down. No claim, no lease, no timeout."""
    letter = Letter.objects.get(pk=letter_pk)
    if letter.state == "sent":
        return
    envelope = _envelope(letter)
    faultpoint("unguarded.before")
    with smtplib.SMTP(settings.EMAIL_HOST, int(settings.EMAIL_PORT), timeout=timeout or 3600) as server:
        server.sendmail(envelope.sender, [envelope.recipient], envelope.content)
    faultpoint("unguarded.after")
    Letter.objects.filter(pk=letter_pk).exclude(state="sent").update(**SENT)


def _envelope(letter: Letter) -> Envelope:
    kind, now = Notice(), timezone.now()
    recipient = kind.recipient(letter.promise, now=now)
    assert isinstance(recipient, Recipient)
    rendered = kind.render(letter.promise, recipient, links=Links(), now=now)
    return compose(
        Words(subject=rendered.subject, text=rendered.text, html=rendered.html),
        sender=settings.DEFAULT_FROM_EMAIL,
        address=recipient.address,
        name=recipient.name,
        message_id=message_id(letter.public_id, settings.DEFAULT_FROM_EMAIL),
        date=now,
    )


@shared_task(ignore_result=True, acks_late=False)
def early(letter_pk: int) -> None:
    """Acknowledged before it is done."""
    give(letter_pk)


@shared_task(ignore_result=True, acks_late=True, reject_on_worker_lost=False)
def late(letter_pk: int) -> None:
    """Acknowledged when it is done, or when its process was killed."""
    give(letter_pk)


@shared_task(ignore_result=True, acks_late=True, reject_on_worker_lost=True)
def redelivered(letter_pk: int) -> None:
    """Given to the next process when its own was killed, whatever that one had done."""
    give(letter_pk)


@shared_task(
    ignore_result=True, acks_late=True, autoretry_for=[OSError], max_retries=3, retry_kwargs={"countdown": 0.2}
)
def retried(letter_pk: int) -> None:
    """Sent again after any fault of the conversation."""
    give(letter_pk, timeout=1)


@shared_task(ignore_result=True)
def release_by_host_clock() -> None:
    """Bring back letters whose lease is over by this host's own clock."""
    Letter.objects.filter(state="sending", lease_until__lt=timezone.now()).update(
        state="queued", lease_until=None, claimed_by=""
    )
