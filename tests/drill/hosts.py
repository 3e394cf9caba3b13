"""`pytest tests/drill/hosts.py -s`, part of `make drill`: two worker hosts, each cut from each server in turn: F28."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count, product

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from clinic.embedded import parts
from clinic.embedded.home import Home
from tests.drill.networks import SERVERS, Host, two_hosts
from tests.drill.table import Table
from tests.faults.harness.broker import Broker
from tests.faults.harness.invariants import all_sent
from tests.faults.harness.processes import Process
from tests.faults.harness.sink import Sink
from tests.faults.harness.world import CLAIMED, CONTROL, GIVEN, RECOVERY, TOMORROW, World, a_world, task_name
from tests.journeys.running import until
from tests.plugin_services import FAST

WAYS = {"both ways": (True, True), "what it says": (True, False), "what it hears": (False, True)}
POINTS = {"claimed": CLAIMED, "given": GIVEN}
_turn = count()


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host]]:
    """Two networks; gone afterwards."""
    with two_hosts() as hosts:
        yield hosts


@pytest.fixture(scope="module")
def far(
    hosts: tuple[Host, Host],
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[World]:
    """A world whose Postgres, broker and mail server have an address each."""
    folder = tmp_path_factory.mktemp("far")
    broker, sink = Broker(folder / "redis", host=SERVERS["redis"]), Sink(folder / "smtp", host=SERVERS["smtp"])
    with (
        _postgres(Home(folder / "home")) as home,
        django_db_blocker.unblock(),
        _connected_to(home),
        a_world(folder, "far", broker=broker, sink=sink) as world,
    ):
        world.database_host, world.database_port = SERVERS["postgres"], "5432"
        yield world


@contextmanager
def _postgres(home: Home) -> Iterator[Home]:
    """A cluster of its own that the hosts may connect to."""
    listening = ("-c", f"listen_addresses={SERVERS['postgres']}")
    started = parts.start(home, tied=True, postgres_options=(*FAST, *listening))
    try:
        with (home.postgres_data / "pg_hba.conf").open("a") as file:
            file.write("\nhost all all 10.77.0.0/16 trust\n")
        started[0].send_signal(signal.SIGHUP)
        yield home
    finally:
        parts.stop_started(started)


@contextmanager
def _connected_to(home: Home) -> Iterator[None]:
    """Let this process talk to that cluster for a while."""
    before = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = str(home.sockets)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = before


@pytest.mark.parametrize(("server", "way", "point"), list(product(SERVERS, WAYS, POINTS)))
def test_host_is_cut_and_joined(
    far: World, hosts: tuple[Host, Host], table: Table, server: str, way: str, point: str
) -> None:
    """The one that is cut has a letter in its hands; the other takes over, and afterwards both work."""
    one, other = hosts if next(_turn) % 2 else reversed(hosts)
    fault = f"F28 host cut from {server}, {way}, {point}"
    cut_off, healthy = _workers(far, one, other, POINTS[point])
    letters = far.owe(fault, many=3)
    far.ask(cut_off.name, *letters)
    far.reached(cut_off.name)
    out, back = WAYS[way]
    one.cut(server, out=out, back=back)
    try:
        far.gate(cut_off.name).touch()
        beat = far.beat(prefix=other.prefix)
        letters += far.owe(fault, many=3)
        far.settle(letters)
    finally:
        one.join(server)
    _works_again(far, cut_off)
    account = far.account(letters)
    table.add({fault: account})
    far.end(cut_off, healthy, beat)
    assert account.is_sound
    assert account.failed == 0
    assert account.uncertain <= (point == "given")


def test_control_without_a_fence_is_seen_to_double(far: World, hosts: tuple[Host, Host], table: Table) -> None:
    one, other = hosts
    cut_off, healthy = _workers(far, one, other, "unguarded.before", name=CONTROL)
    due_at = timezone.now() + TOMORROW
    letters = far.owe("F28 no fence", due_at=due_at)
    far.ask(cut_off.name, *letters, task=task_name("early"))
    far.reached(cut_off.name)
    one.cut("postgres")
    try:
        far.gate(cut_off.name).touch()
        far.ask("letters", *letters, task=task_name("early"))
        until(lambda: far.account(letters).twice, seconds=RECOVERY, what="both to have sent it")
    finally:
        one.join("postgres")
    table.saw({"F28": far.account(letters)})
    far.end(cut_off, healthy)


def test_nobody_was_told_who_the_patients_are(far: World) -> None:
    assert far.leaks() == []


def _workers(far: World, one: Host, other: Host, point: str, name: str = "cut") -> tuple[Process, Process]:
    """A worker on the host that will be cut, which stops at a point; and one on the other, to which nothing happens."""
    queue = far.name_for(name)
    cut_off = far.worker(queue, prefix=one.prefix, environment=far.gates(point, queue))
    healthy = far.worker(far.name_for("other"), queues="letters,slow", concurrency=2, prefix=other.prefix)
    far.ready(cut_off, healthy)
    return cut_off, healthy


def _works_again(far: World, worker: Process) -> None:
    """Whether it does what it is asked for, with nobody's help, within the time it has."""
    letters = far.owe("F28 joined again", due_at=timezone.now() + TOMORROW)
    far.ask(worker.name, *letters, task=task_name("early"))
    until(partial(all_sent, letters), seconds=RECOVERY, what="the host to work again")
