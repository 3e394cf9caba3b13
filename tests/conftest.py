"""What every test may ask for."""

import datetime
import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from clinic.lib.languages import is_spoken
from clinic.lib.management.commands.prepare_files import compile_catalogue
from tests import database
from tests.lanes import in_lanes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal them out as `tests.lanes` says."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [items[place] for place in in_lanes([item.nodeid for item in items], processes)]


def pytest_runtest_setup() -> None:
    """Begin in the clinic's own language and zone: a test that called a patient's page leaves this thread in theirs."""
    translation.deactivate()
    timezone.deactivate()


def pytest_collection_finish() -> None:
    """Leave alone what was loaded and collected: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # as `clinic.wsgi` does


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,  # pytest-django's: the mail box, the host names
    django_db_modify_db_settings: None,  # pytest-django's: a name for each xdist process
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database for this process, copied from the migrated template; instead of pytest-django's own."""
    with django_db_blocker.unblock():
        database.use(connection.settings_dict["TEST"]["NAME"])
    yield
    with django_db_blocker.unblock():
        database.drop()


def _made_again(_case: TransactionTestCase) -> None:
    database.remake()


# A test that commits is followed by a new copy: append-only tables refuse the TRUNCATE that Django would send.
TransactionTestCase._fixture_teardown = _made_again  # type: ignore[attr-defined]  # noqa: SLF001  # no public name


@pytest.fixture
def now() -> datetime.datetime:
    """The clock of most tests: a Monday, ten in the morning in Ahmedabad."""
    return datetime.datetime(2027, 3, 1, 4, 30, tzinfo=datetime.UTC)


HINDI = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Save and continue"
msgstr "सहेजें और आगे बढ़ें"
"""


@pytest.fixture
def hindi(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Pages and letters are translated into Hindi, as far as one button."""
    source = tmp_path / "hi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HINDI)
    compile_catalogue(source)
    settings.LOCALE_PATHS = [tmp_path]  # with that Django forgets its translations; we forget ours
    is_spoken.cache_clear()
    yield
    is_spoken.cache_clear()
