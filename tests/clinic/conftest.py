"""One world for the tests that ask every page: built once for a module, each question taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from clinic.lib import clock
from tests.clinic.building import world
from tests.clinic.world import World, taken_back


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world in a transaction of its own that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world(clock.now())
        transaction.set_rollback(True)


@pytest.fixture
def the(built: World) -> Iterator[World]:
    """The world as it was built, whatever a test before did to it."""
    with taken_back():
        yield built
