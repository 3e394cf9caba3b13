"""What was sent stays as it was sent, and a hold that is over stays as it was, for every writer."""

from django.db import migrations

from clinic.lib.operations import both_ways

# Nothing is written to a letter after it was sent: what came of it stands in rows of its own (bounces, resends). Its
# words, day, address and Message-ID answer "what did we write, when, to whom", and a bounce is believed by two of them.
LETTERS = """
    CREATE FUNCTION outbox_letter_stays_as_sent() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A sent letter stays as it was sent.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letter_stays_as_sent';
    END $$;
    CREATE TRIGGER outbox_letter_stays_as_sent BEFORE UPDATE ON outbox_letter
        FOR EACH ROW WHEN (OLD.state = 'sent' AND NEW.state = 'sent' AND NEW.* IS DISTINCT FROM OLD.*)
        EXECUTE FUNCTION outbox_letter_stays_as_sent();
"""
HOLDS = """
    CREATE FUNCTION outbox_hold_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.ended_at IS NOT NULL
           OR (NEW.id, NEW.public_id, NEW.started_at, NEW.started_by_id, NEW.reason)
              IS DISTINCT FROM (OLD.id, OLD.public_id, OLD.started_at, OLD.started_by_id, OLD.reason) THEN
            RAISE EXCEPTION 'A hold is ended once, and stays as it was.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hold_only_ends';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER outbox_hold_only_ends BEFORE UPDATE ON outbox_hold
        FOR EACH ROW EXECUTE FUNCTION outbox_hold_only_ends();
"""


class Migration(migrations.Migration):
    dependencies = (("outbox", "0004_returned_letters"),)
    operations = (
        both_ways((LETTERS, "DROP FUNCTION outbox_letter_stays_as_sent() CASCADE;")),
        both_ways((HOLDS, "DROP FUNCTION outbox_hold_only_ends() CASCADE;")),
    )
