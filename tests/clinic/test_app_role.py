"""What the app's own database role cannot do, whatever somebody made it say."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import database
from tests.clinic.world import World

pytestmark = pytest.mark.usefixtures("the")
WRITTEN_ONCE = (
    "audit_entry",
    "patients_consent",
    "patients_consenttext",
    "patients_questionnaire",
    "treatments_addendum",
    "treatments_draw",
    "treatments_preparation",
    "treatments_preparationvial",
    "treatments_score",
    "treatments_sessionlimit",
    "treatments_void",
)
KEPT = (
    "outbox_letter",
    "patients_intake",
    "patients_patient",
    "pghistory_context",
    "scheduling_appointment",
    "scheduling_followup",
    "staff_user",
    "treatments_consultation",
    "treatments_injectionsession",
    "treatments_plan",
    "treatments_vial",
)
BEYOND = (
    "TRUNCATE audit_entry",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TABLE audit_entry",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY audit_entry TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT setval('audit_entry_id_seq', 1)",
    "DELETE FROM django_migrations",
    "UPDATE treatments_productversion SET facts = '{}'",
    "DELETE FROM treatments_rulesversion",
)
HISTORY = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE '%event'"


def is_refused(statement: str) -> bool:
    """Whether the database refuses it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def scalar(question: str, *values: str) -> object:
    """The one value of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


def test_tests_run_as_the_apps_role() -> None:
    assert scalar("SELECT current_user") == "interval_app"
    assert not is_refused("UPDATE patients_patient SET note_for_desk = 'Rings before noon'")


@pytest.mark.parametrize("statement", BEYOND)
def test_the_apps_role_cannot(statement: str) -> None:
    assert is_refused(statement)


def test_what_is_written_once_is_neither_changed_nor_taken_away() -> None:
    with connection.cursor() as cursor:
        cursor.execute(HISTORY)
        history = [table for (table,) in cursor.fetchall()]
    assert len(history) > 10
    for table in (*WRITTEN_ONCE, *history):
        assert is_refused(f"DELETE FROM {table}"), table  # noqa: S608 - named above
        key = "pgh_id" if table in history else "id"
        assert is_refused(f"UPDATE {table} SET {key} = {key}"), table  # noqa: S608 - named above


@pytest.mark.parametrize("table", KEPT)
def test_a_record_is_never_deleted(table: str) -> None:
    assert is_refused(f"DELETE FROM {table}")  # noqa: S608 - named above


def test_a_signed_sessions_sites_stand_even_beside_a_table_that_poses_as_the_session(the: World) -> None:
    site = the.here.signed.sites.first()
    assert site is not None
    change = f"UPDATE public.treatments_sessionsite SET units = 99 WHERE id = {site.pk}"  # noqa: S608 - its own key
    assert is_refused(change)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE treatments_injectionsession (id bigint, signed_at timestamptz)")
    assert is_refused(change)


def test_a_migrated_database_lets_the_apps_role_make_no_temporary_table() -> None:
    """Asked of the template: a copy has rights of its own, and this one is a copy."""
    assert scalar("SELECT has_database_privilege('interval_app', %s, 'TEMPORARY')", database.migrated()) is False
    assert scalar("SELECT has_database_privilege('interval_app', current_database(), 'TEMPORARY')") is True
