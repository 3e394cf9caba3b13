"""The harness itself: tests run as the app's role, and what a test commits is gone for the next one."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from clinic.embedded.home import CHECKOUT
from clinic.lib.checks import app_role_owns_nothing
from tests import database


@pytest.mark.django_db
def test_role_is_the_apps() -> None:
    """Tests connect as the owner and step down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("interval_app", "interval_owner")


OWNERS_ONLY = (
    "DROP TABLE django_session",
    "TRUNCATE django_session",
    "ALTER TABLE django_session DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (a int)",
)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", OWNERS_ONLY)
def test_app_role_owns_nothing(statement: str) -> None:
    """It may read and write rows, and change no table."""
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_row_is_gone_for_the_next_test(turn: int) -> None:
    """Twice the same row: the second would break the primary key if the first were still there."""
    assert Session.objects.count() == 0, turn
    Session.objects.create(session_key="a", session_data="", expire_date=timezone.now())


@pytest.mark.django_db
def test_check_finds_no_table_that_the_apps_role_owns() -> None:
    assert app_role_owns_nothing(["default"]) == []


@pytest.mark.django_db
def test_check_names_an_owner_that_serves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE interval_owner")
    (found,) = app_role_owns_nothing(["default"])
    assert found.id == "interval.E001"


DEFAULTS_ONLY = {"clinic/locations/models.py", "patients/models/person.py"}
"""Functions that give a new row its value: no table is made by them."""
OUR_IMPORT = re.compile(r"^(?:from|import) ((?:clinic|patients|treatments|scheduling)[\w.]*)", re.MULTILINE)


def test_what_migrations_call_is_known_to_the_harness() -> None:
    """A change there makes the migrated database anew."""
    called = {
        f"{module.replace('.', '/')}.py"
        for app in database.APPS
        for file in (CHECKOUT / app).rglob("migrations/*.py")
        for module in OUR_IMPORT.findall(file.read_text())
    }
    assert called - DEFAULTS_ONLY == set(database.MIGRATIONS_CALL)
