"""A database put back to an earlier moment does not know what was sent since: nothing goes until a person says so."""

import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import redis
from django.conf import settings as configured
from django.db import connection
from pytest_django import Settings

from clinic.embedded import postgres
from clinic.embedded.home import OWNER_ROLE
from clinic.outbox import deeds, delivery, restored, witness
from clinic.outbox.models import Hold, Letter, Whereabouts
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import Sink


def run(program: str, *arguments: str) -> None:
    """Run one of Postgres's own programs against the tests' cluster, as the tables' owner."""
    command = [str(postgres.binaries() / program), "--host", connection.settings_dict["HOST"], "--username", OWNER_ROLE]
    subprocess.run([*command, *arguments], check=True, capture_output=True, env=dict(os.environ))


@pytest.fixture
def put_back() -> Iterator[str]:
    """The name of a database that a dump of this one is read into."""
    here = connection.settings_dict["NAME"]
    there = f"{here}_put_back"
    yield there
    connection.close()
    connection.settings_dict["NAME"] = here
    run("dropdb", "--force", "--maintenance-db", "postgres", there)


def read_back(there: str, folder: str) -> None:
    """Dump this database, read the dump into another, and connect to that."""
    here = connection.settings_dict["NAME"]
    connection.close()
    run("pg_dump", "--format=custom", f"--file={folder}/dump", here)
    run("createdb", "--maintenance-db", "postgres", "--template=template0", there)
    run("pg_restore", f"--dbname={there}", f"{folder}/dump")
    connection.settings_dict["NAME"] = there


@pytest.mark.django_db(transaction=True)
def test_dump_read_into_another_database_holds_all_before_one_is_claimed(
    kind: Reminder, sink: Sink, now: datetime, put_back: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """F37: the letter was sent after the dump was made, and the dump does not know."""
    sent = owed(now)
    assert not restored.hold_if_elsewhere(now=now)
    folder = str(tmp_path_factory.mktemp("dump"))
    here = connection.settings_dict["NAME"]
    read_back(put_back, folder)
    connection.close()
    connection.settings_dict["NAME"] = here
    assert delivery.deliver(sent.pk, now=now) == "sent"
    connection.close()
    connection.settings_dict["NAME"] = put_back
    assert Letter.objects.get(pk=sent.pk).state == "queued"
    assert delivery.deliver(sent.pk, now=now) is None
    assert Letter.objects.get(pk=sent.pk).state == "held"
    assert (Hold.objects.get().reason, Hold.objects.get().started_by) == (restored.REASON, None)
    assert len(sink.taken) == 1
    deeds.release_hold(by=None, now=now)
    connection.close()  # the next one has nothing new to say
    assert delivery.deliver(sent.pk, now=now) == "sent"


@pytest.mark.django_db(transaction=True)
def test_dump_without_a_word_of_where_it_was_made_is_sent_again(
    kind: Reminder, sink: Sink, now: datetime, put_back: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The control."""
    sent = owed(now)
    read_back(put_back, str(tmp_path_factory.mktemp("dump")))
    Whereabouts.objects.all().delete()
    assert delivery.deliver(sent.pk, now=now) == "sent"


@pytest.mark.django_db
class TestWitness:
    """A folder put back from a snapshot is the same database to itself; Redis remembers more sweeps than it does."""

    @pytest.fixture(autouse=True)
    def forgotten(self) -> Iterator[None]:
        yield
        self.redis().delete(f"interval:sweeps:{restored.identity()}")

    def redis(self) -> "redis.Redis":
        return redis.Redis.from_url(configured.REDIS_URL)

    def test_sweeps_one_after_another_hold_nothing(self, now: datetime) -> None:
        owed(now)
        for minute in range(5):
            witness.look_round(now=now + timedelta(minutes=minute))
        assert (deeds.is_on_hold(), Whereabouts.objects.get().sweeps) == (False, 5)

    def test_database_that_forgot_a_sweep_holds_all_and_once(self, now: datetime) -> None:
        owed(now)
        for _ in range(5):
            witness.look_round(now=now)
        Whereabouts.objects.update(sweeps=2)
        witness.look_round(now=now)
        assert (deeds.is_on_hold(), Letter.objects.get().state) == (True, "held")
        deeds.release_hold(by=None, now=now)
        witness.look_round(now=now)
        assert not deeds.is_on_hold()

    def test_redis_that_forgot_holds_nothing(self, now: datetime) -> None:
        """The control, and F10: the loss of Redis stops no letter."""
        for _ in range(5):
            witness.look_round(now=now)
        self.redis().delete(f"interval:sweeps:{restored.identity()}")
        Whereabouts.objects.update(sweeps=2)
        witness.look_round(now=now)
        assert not deeds.is_on_hold()

    def test_redis_that_is_gone_holds_nothing(self, now: datetime, settings: Settings) -> None:
        settings.REDIS_URL = "unix:///nowhere.sock?db=0"
        witness.look_round(now=now)
        assert not deeds.is_on_hold()
