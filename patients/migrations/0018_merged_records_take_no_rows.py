"""Whoever looked at a record before it was merged writes nothing more in it: the database refuses the row."""

from django.db import migrations

from clinic.lib.db import TAKES_NO_ROWS, no_rows_of_the_merged
from clinic.lib.operations import both_ways

REFUSE = (
    f"""
    CREATE FUNCTION patients_merged_record_takes_no_rows() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE
        gone bigint;
    BEGIN
        PERFORM FROM public.patients_patient WHERE id IN (SELECT patient_id FROM fresh) ORDER BY id FOR KEY SHARE;
        SELECT id INTO gone FROM public.patients_patient
            WHERE id IN (SELECT patient_id FROM fresh) AND merged_into_id IS NOT NULL LIMIT 1;
        IF gone IS NOT NULL THEN
            RAISE EXCEPTION 'This record became part of another.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = '{TAKES_NO_ROWS}', DETAIL = gone::text;
        END IF;
        RETURN NULL;
    END $$;
    """,
    "DROP FUNCTION patients_merged_record_takes_no_rows();",
)
TABLES = (
    "patients_alert",
    "patients_confidant",
    "patients_confidence",
    "patients_consent",
    "patients_contact",
    "patients_correctionrequest",
    "patients_document",
    "patients_historyitem",
    "patients_identifier",
    "patients_intake",
    "patients_opening",
    "patients_restriction",
)


class Migration(migrations.Migration):
    dependencies = (("patients", "0017_details_are_taken_back"),)

    operations = (both_ways(REFUSE), *(both_ways(no_rows_of_the_merged(table)) for table in TABLES))
