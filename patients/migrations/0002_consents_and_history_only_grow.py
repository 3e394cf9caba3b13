"""Consents are facts and history is history: both only grow."""

from django.db import migrations

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):
    dependencies = (("patients", "0001_people"),)
    operations = (
        LeaveRights(("patients_consent", "patients_patientevent", "patients_intakeevent")),
        LeaveRights(("patients_patient", "patients_intake", "patients_accesslink"), "SELECT, INSERT, UPDATE"),
        both_ways(append_only("patients_consent", because="A consent is a fact: a change of mind is a new row.")),
        migrations.RunSQL(
            """
            CREATE FUNCTION patients_intake_answers_stand() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'What a patient answered never changes once submitted.'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_intake_answers_stand';
            END $$;
            CREATE TRIGGER patients_intake_answers_stand BEFORE UPDATE OF answers, submitted_at, questionnaire_id
                ON patients_intake FOR EACH ROW
                WHEN (OLD.submitted_at IS NOT NULL AND (OLD.answers IS DISTINCT FROM NEW.answers
                    OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
                    OR OLD.questionnaire_id IS DISTINCT FROM NEW.questionnaire_id))
                EXECUTE FUNCTION patients_intake_answers_stand();
            """,
            "DROP FUNCTION patients_intake_answers_stand() CASCADE",
        ),
    )
