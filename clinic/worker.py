"""How a worker lives through the loss of its broker with a letter in hand."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import celery
from celery.worker.consumer import Consumer as CeleryConsumer
from celery.worker.request import Request as CeleryRequest
from kombu.transport.virtual import QoS

log = logging.getLogger(__name__)


class Request(CeleryRequest):
    """A task that was received.

    Celery notes that it could not acknowledge one, and then goes on counting it as in hand: with one task at a time the
    worker lives, answers, and never takes another. Here it lets go of it. The broker gives the task out again, and the
    letter's row says that there is nothing to do.
    """

    def acknowledge(self) -> None:
        """Tell the broker, or forget about it."""
        try:
            super().acknowledge()
        except AttributeError:  # the connection it came by is closed, and Kombu's channel has forgotten it
            self.acknowledged = True
        message: Any = self.message
        if not message.acknowledged:
            QoS.ack(message.channel.qos, message.delivery_tag)


class Task(celery.Task):  # type: ignore[type-arg]  # generic in the stubs alone
    """Every task of ours."""

    Request = "clinic.worker:Request"


class Consumer(CeleryConsumer):
    """What reads the queues."""

    def call_soon_ack(self, p: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Acknowledge when the loop comes round; not at all where the connection was lost and replaced meanwhile.

        Celery's loop passes on what is raised there, and the worker ended.
        """
        return super().call_soon_ack(partial(_if_still_connected, p), *args, **kwargs)  # type: ignore[misc]  # newer than the stubs

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Go on to connect again.

        Closing the broken connection with a task in hand, Kombu would give that back by the very connection it has just
        taken apart, and the worker ended. What is in hand goes on; nothing of it is owed to the broker.
        """
        try:
            super().on_connection_error_after_connected(exc)
        except AttributeError:
            log.warning("the connection to the broker broke with a task in hand")


def _if_still_connected(acknowledge: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    try:
        acknowledge(*args, **kwargs)
    except AttributeError:  # as above: a closed connection that Kombu's channel has forgotten
        log.warning("a task was not acknowledged: the connection it came by is gone")
