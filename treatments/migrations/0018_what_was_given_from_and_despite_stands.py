"""What a session was made from, and what was given despite a block, stand as they were signed, the owner included."""

from django.db import migrations

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways

MADE = "What was made up stands as it was recorded."

LATE_VIAL = (
    """
    CREATE FUNCTION treatments_preparation_of_a_signed_session_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM public.treatments_sessionpreparation AS used
            JOIN public.treatments_injectionsession AS session ON session.id = used.session_id
            WHERE used.preparation_id = NEW.preparation_id AND session.signed_at IS NOT NULL
            FOR SHARE OF session;
        IF FOUND THEN
            RAISE EXCEPTION 'A session was signed from this preparation: no vial joins it any more.'
                USING ERRCODE = 'restrict_violation',
                      CONSTRAINT = 'treatments_preparation_of_a_signed_session_is_complete';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER treatments_preparation_of_a_signed_session_is_complete BEFORE INSERT ON treatments_preparationvial
        FOR EACH ROW EXECUTE FUNCTION treatments_preparation_of_a_signed_session_is_complete();
    """,
    "DROP FUNCTION treatments_preparation_of_a_signed_session_is_complete() CASCADE;",
)

INCIDENT = (
    """
    CREATE FUNCTION treatments_incident_stands_but_for_who_saw_it() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE is_refused boolean := TG_OP IN ('DELETE', 'TRUNCATE');
    BEGIN
        IF TG_OP = 'INSERT' THEN
            SELECT signed_at IS NOT NULL INTO is_refused
                FROM public.treatments_injectionsession WHERE id = NEW.session_id FOR SHARE;
        ELSIF TG_OP = 'UPDATE' THEN
            is_refused := OLD.seen_at IS NOT NULL OR to_jsonb(OLD) - '{seen_at,seen_by_id}'::text[]
                IS DISTINCT FROM to_jsonb(NEW) - '{seen_at,seen_by_id}'::text[];
        END IF;
        IF is_refused THEN
            RAISE EXCEPTION 'What was given despite a block stands as it was signed.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'treatments_incident_stands_but_for_who_saw_it';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER treatments_incident_stands_but_for_who_saw_it BEFORE INSERT OR UPDATE OR DELETE
        ON treatments_incident FOR EACH ROW EXECUTE FUNCTION treatments_incident_stands_but_for_who_saw_it();
    CREATE TRIGGER treatments_incident_is_never_emptied BEFORE TRUNCATE ON treatments_incident
        FOR EACH STATEMENT EXECUTE FUNCTION treatments_incident_stands_but_for_who_saw_it();
    """,
    "DROP FUNCTION treatments_incident_stands_but_for_who_saw_it() CASCADE;",
)


class Migration(migrations.Migration):
    dependencies = (('treatments', '0017_keep_what_patients_tell'),)

    operations = (
        both_ways(append_only("treatments_preparation", because=MADE)),
        both_ways(append_only("treatments_preparationvial", because=MADE)),
        migrations.RunSQL(*LATE_VIAL),
        migrations.RunSQL(*INCIDENT),
        LeaveRights(("treatments_incident",), "SELECT, INSERT, UPDATE (seen_at, seen_by_id)"),
    )
