"""One world for the faults of this process: a database, a broker and a mail server that are theirs alone."""

import os
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from clinic.outbox.models import Pace
from tests.faults.harness.desk import Desk
from tests.faults.harness.world import World, a_world


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world, and Django pointed at its database while these tests run."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with django_db_blocker.unblock(), a_world(tmp_path_factory.mktemp("world"), f"faults_{process}") as world:
        yield world


@pytest.fixture(autouse=True)
def at_full_pace(world: World) -> None:
    """No mail server is in trouble when the next faults begin, whatever the last ones did to it."""
    Pace.objects.update(slowness=0, refusals=0, rests_until=None, next_at=None)


@pytest.fixture(scope="package")
def desk(world: World) -> Iterator[Desk]:
    """The web, and a desk in front of it."""
    desk = Desk(world)
    yield desk
    world.end(desk.web)
