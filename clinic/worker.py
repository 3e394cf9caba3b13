"""How a worker tells the broker that a task is done, and goes on where it could not."""

from typing import Any

import celery
from celery.worker.request import Request as CeleryRequest
from kombu.transport.virtual import QoS


class Request(CeleryRequest):
    """A task that was received.

    Celery notes that it could not acknowledge one, and then goes on counting it as in hand: with one task at a time the
    worker lives, answers, and never takes another. Here it lets go of it. The broker gives the task out again, and the
    letter's row says that there is nothing to do.
    """

    def acknowledge(self) -> None:
        """Tell the broker, or forget about it."""
        super().acknowledge()
        message: Any = self.message
        if not message.acknowledged:
            QoS.ack(message.channel.qos, message.delivery_tag)


class Task(celery.Task):  # type: ignore[type-arg]  # generic in the stubs alone
    """Every task of ours."""

    Request = "clinic.worker:Request"
