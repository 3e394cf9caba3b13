"""Whom an import takes out is whom the trail says it brought; and of a record kept by law it takes no line."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("patients.migrations.0011_an_import_is_taken_out_whole").TAKE_OUT[0]

# A row of a file is the app's to write, and so is no proof; the trail only grows, so who was registered by hand has a
# line in it that names no import.
TAKE_OUT = """
    CREATE OR REPLACE FUNCTION patients_take_out_import(of_import bigint) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        this public.patients_import;
        came integer;
        taken integer;
    BEGIN
        SELECT * INTO STRICT this FROM public.patients_import WHERE id = of_import FOR UPDATE;
        IF this.state <> 'undoing' OR this.saved_at IS NULL THEN
            RAISE EXCEPTION 'Only an import that is being undone is taken out.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_import_is_being_undone';
        END IF;
        SET CONSTRAINTS ALL IMMEDIATE;
        IF this.kind <> 'people' THEN
            PERFORM FROM public.patients_patient AS person
                JOIN public.patients_historyitem AS item ON item.patient_id = person.id
                WHERE item.brought_by_id = of_import AND person.restricted_at IS NOT NULL;
            IF FOUND THEN
                RAISE EXCEPTION 'A record that is kept by law keeps its lines.'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_import_leaves_what_is_kept';
            END IF;
            DELETE FROM public.patients_historyitem WHERE brought_by_id = of_import;
            GET DIAGNOSTICS taken = ROW_COUNT;
            RETURN taken;
        END IF;
        SELECT count(*) INTO came FROM public.patients_importrow WHERE of_id = of_import AND outcome = 'new';
        DELETE FROM public.patients_patient AS person USING public.patients_importrow AS row
            WHERE row.of_id = of_import AND row.outcome = 'new' AND person.public_id = row.public_id
                AND person.registered_at = this.saved_at AND person.version = 1
                AND (SELECT bool_and(line.detail ->> 'import' IS NOT DISTINCT FROM this.public_id::text)
                    FROM public.audit_entry AS line
                    WHERE line.thing_type = 'patients.patient' AND line.thing_public_id = person.public_id
                        AND line.verb = 'patient.registered');
        GET DIAGNOSTICS taken = ROW_COUNT;
        IF taken <> came THEN
            RAISE EXCEPTION 'Somebody of this import was changed since.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_import_stands_as_it_came';
        END IF;
        RETURN taken;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = (("patients", "0018_merged_records_take_no_rows"), ("audit", "0003_contexts_stay"))

    operations = (migrations.RunSQL(TAKE_OUT, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),)
