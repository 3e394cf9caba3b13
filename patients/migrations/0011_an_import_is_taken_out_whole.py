"""What an import brought is taken out by one function, while it stands as it came; the app's role deletes nobody."""

from django.db import migrations

from clinic.lib.operations import LeaveRights

# The keys to a person refuse whom anything points at; a person is of this import only if registered by it.
TAKE_OUT = (
    """
    CREATE FUNCTION patients_take_out_import(of_import bigint) RETURNS integer
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
            DELETE FROM public.patients_historyitem WHERE brought_by_id = of_import;
            GET DIAGNOSTICS taken = ROW_COUNT;
            RETURN taken;
        END IF;
        SELECT count(*) INTO came FROM public.patients_importrow WHERE of_id = of_import AND outcome = 'new';
        DELETE FROM public.patients_patient AS person USING public.patients_importrow AS row
            WHERE row.of_id = of_import AND row.outcome = 'new' AND person.public_id = row.public_id
                AND person.registered_at = this.saved_at AND person.version = 1;
        GET DIAGNOSTICS taken = ROW_COUNT;
        IF taken <> came THEN
            RAISE EXCEPTION 'Somebody of this import was changed since.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_import_stands_as_it_came';
        END IF;
        RETURN taken;
    END $$;
    """,
    "DROP FUNCTION patients_take_out_import(bigint);",
)


class Migration(migrations.Migration):
    dependencies = (("patients", "0010_people_come_in_files"),)

    operations = (
        LeaveRights(("patients_import",), "SELECT, INSERT, UPDATE"),
        LeaveRights(("patients_importpiece",), "SELECT, INSERT, DELETE"),
        LeaveRights(("patients_historyitem", "patients_historyitemevent"), "SELECT, INSERT"),
        migrations.RunSQL(*TAKE_OUT),
    )
