"""A task that cannot be acknowledged is let go of; a worker would else take no other, or end."""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from celery.worker.consumer import Consumer as CelerysReader
from celery.worker.request import Request as CelerysOwn
from kombu import Connection, Consumer, Queue
from kombu.asynchronous import Hub

from clinic.celery import app
from clinic.outbox.tasks import deliver_one
from clinic.worker import Consumer as Reader
from clinic.worker import Request
from tests.faults.harness.broker import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """One of its own."""
    broker = Broker(tmp_path / "redis")
    broker.start()
    yield broker
    broker.kill()


@pytest.mark.parametrize(
    ("kind", "takes_another"), [(Request, True), pytest.param(CelerysOwn, False, id="control, Celery's own")]
)
def test_task_is_let_go_of_where_the_broker_is_gone(kind: type[Any], takes_another: bool, broker: Broker) -> None:
    received: list[Any] = []
    with Connection(broker.url) as connection:
        app.send_task(deliver_one.name, (1,), queue="q", connection=connection)
        channel: Any = connection.channel()
        channel.basic_qos(0, 1, False)  # one at a time
        Consumer(channel, [Queue("q")], on_message=received.append, accept=["json"]).consume()
        connection.drain_events(timeout=5)
        (message,) = received
        task = kind(message, app=app, task=deliver_one, on_ack=message.ack_log_error, hostname="here",
                    connection_errors=connection.connection_errors)  # fmt: skip
        assert not channel.qos.can_consume()
        broker.kill()
        task.acknowledge()
        assert channel.qos.can_consume() is takes_another


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Reader, nullcontext()),
        pytest.param(CelerysReader, pytest.raises(AttributeError), id="control, Celery's own"),
    ],
)
def test_reader_lives_on_where_the_connection_goes_before_its_loop_acknowledges(
    kind: type[Any], outcome: Any, broker: Broker
) -> None:
    received: list[Any] = []
    with Connection(broker.url) as connection:
        app.send_task(deliver_one.name, (1,), queue="q", connection=connection)
        Consumer(connection.channel(), [Queue("q")], on_message=received.append, accept=["json"]).consume()
        connection.drain_events(timeout=5)
        (message,) = received
        reader: Any = object.__new__(kind)
        reader.hub = Hub()
        Request(message, app=app, task=deliver_one, on_ack=partial(reader.call_soon_ack, message.ack_log_error),
                hostname="here", connection_errors=connection.connection_errors).acknowledge()  # fmt: skip
        connection.collect()  # as Celery does with one that broke
    with outcome:
        next(reader.hub.create_loop())
