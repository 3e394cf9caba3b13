"""A letter is never deleted by the app's role, and one that was sent stays sent, for every writer."""

from django.db import migrations

from clinic.lib.operations import LeaveRights, both_ways

# Which letter it is never changes, so the once-only key cannot be walked round. The attempt only grows: it fences late
# write-backs. What was sent stays sent, so nothing can queue it again.
FORWARD = """
    CREATE FUNCTION outbox_letter_keeps_its_promise() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            RAISE EXCEPTION 'Letters are kept.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letter_is_kept';
        END IF;
        IF OLD.state = 'sent' AND NEW.state <> 'sent' THEN
            RAISE EXCEPTION 'A sent letter stays sent.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letter_sent_stays_sent';
        END IF;
        IF NEW.attempt < OLD.attempt THEN
            RAISE EXCEPTION 'Attempts only grow.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letter_attempts_only_grow';
        END IF;
        IF (NEW.public_id, NEW.letter, NEW.about_type, NEW.about_public_id, NEW.edition, NEW.step, NEW.channel, NEW.person_public_id)
           IS DISTINCT FROM
           (OLD.public_id, OLD.letter, OLD.about_type, OLD.about_public_id, OLD.edition, OLD.step, OLD.channel, OLD.person_public_id) THEN
            RAISE EXCEPTION 'A letter stays the letter it is.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letter_key_never_changes';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER outbox_letter_keeps_its_promise BEFORE UPDATE ON outbox_letter
        FOR EACH ROW EXECUTE FUNCTION outbox_letter_keeps_its_promise();
    CREATE TRIGGER outbox_letter_is_never_emptied BEFORE TRUNCATE ON outbox_letter
        FOR EACH STATEMENT EXECUTE FUNCTION outbox_letter_keeps_its_promise();
"""
BACKWARD = "DROP FUNCTION outbox_letter_keeps_its_promise() CASCADE;"


class Migration(migrations.Migration):
    dependencies = (("outbox", "0001_letters_owed"),)
    operations = (
        LeaveRights(("outbox_letter", "outbox_hold"), rights="SELECT, INSERT, UPDATE"),
        both_ways((FORWARD, BACKWARD)),
    )
