"""What the rules said when a plan was put in use, and each reason given, stand like those of a signed session."""

from django.db import migrations

from clinic.lib.operations import both_ways

OF_A_PLAN = (
    """
    CREATE FUNCTION treatments_finding_of_a_plan_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'What a plan was put in use on stands as it was found.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'treatments_finding_of_a_plan_stands';
    END $$;
    CREATE TRIGGER treatments_finding_of_a_plan_stands BEFORE UPDATE OR DELETE ON treatments_finding
        FOR EACH ROW WHEN (OLD.session_id IS NULL) EXECUTE FUNCTION treatments_finding_of_a_plan_stands();
    """,
    "DROP FUNCTION treatments_finding_of_a_plan_stands() CASCADE;",
)


class Migration(migrations.Migration):
    dependencies = (('treatments', '0023_nobody_deletes_from_an_events_sites'),)

    operations = (both_ways(OF_A_PLAN),)
