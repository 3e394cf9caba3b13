"""Every key to a person moves with a merge, from the models; rows that name each other are of one person.

Case BTX-050.
"""

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.lib.db import violated
from patients.models import Patient
from tests.clinic.merged.joining import columns_of, keys_to_a_person, left_with, merge, moving, table_of
from tests.clinic.world import Place, World
from treatments.models import InjectionSession


def test_every_key_to_a_person_has_a_row_in_these_tests(merged: Patient) -> None:
    """A new foreign key to a person fails here until a row of it is merged below, or it is named in STAYS."""
    assert left_with(merged) == {table_of(model) for model, _column in moving()}


@pytest.mark.django_db
def test_every_key_to_a_person_in_the_database_is_in_the_models() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute
               ON attrelid = conrelid AND attnum = conkey[1]
               WHERE contype = 'f' AND confrelid = 'patients_patient'::regclass"""
        )
        assert set(cursor.fetchall()) == {(table_of(model), column) for model, column in keys_to_a_person()}


@pytest.mark.django_db
def test_every_row_that_names_another_row_of_a_person_is_tied_to_the_same_person() -> None:
    """A new key between two tables of people fails here until the two are tied (`clinic.lib.db.of_one_patient`)."""
    people = {model for model, _column in moving()}
    wanted = {
        (table_of(model), field.column, table_of(field.remote_field.model))
        for model in people
        for field in columns_of(model)
        if field.remote_field is not None and field.remote_field.model in people
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, attname, confrelid::regclass::text FROM pg_constraint
               JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
               WHERE contype = 'f' AND conname LIKE '%%\\_is\\_of\\_the\\_same\\_patient'"""
        )
        assert set(cursor.fetchall()) == wanted


def test_a_session_of_another_persons_plan_is_refused(here: Place, survivor: Patient) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        InjectionSession.objects.filter(pk=here.draft.pk).update(patient=survivor)
    assert violated(refused.value) == "treatments_injectionsession_plan_id_is_of_the_same_patient"


@pytest.mark.parametrize("statement", [
    "UPDATE treatments_injectionsession SET patient_id = {0} WHERE signed_at IS NOT NULL",
    "UPDATE treatments_consultation SET patient_id = {0} WHERE signed_at IS NOT NULL",
    "UPDATE treatments_score SET patient_id = {0}",
    "UPDATE treatments_adverseevent SET patient_id = {0}",
    "UPDATE patients_consent SET patient_id = {0}",
    "UPDATE patients_movedrow SET moved_to = {0}",
    "DELETE FROM patients_movedrow",
    "DELETE FROM patients_merge",
    "UPDATE patients_merge SET survivor_id = {0}",
    ("INSERT INTO patients_movedrow (merge_id, table_name, column_name, row_id, moved_from, moved_to, transaction)"
    " SELECT id, 'patients_consent', 'patient_id', 1, 1, {0}, pg_current_xact_id()::text::bigint FROM patients_merge"),
])  # fmt: skip
def test_a_signed_row_moves_by_the_merge_alone(the: World, merged: Patient, survivor: Patient, statement: str) -> None:
    """After a merge, in its own transaction even, nothing else may be written of what it moved."""
    merge(the, merged, survivor)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(the.there.patient.pk))
