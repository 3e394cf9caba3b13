"""Move each session's one preparation to a row of its own; on the way back, the first of them to the session."""

from django.db import migrations

FROZEN = "treatments_sessionpreparation_is_frozen_with_injectionsession"
FORWARD = f"""
    ALTER TABLE treatments_sessionpreparation DISABLE TRIGGER {FROZEN};
    SET CONSTRAINTS ALL IMMEDIATE;
    INSERT INTO treatments_sessionpreparation (session_id, preparation_id, position)
    SELECT id, preparation_id, 1 FROM treatments_injectionsession WHERE preparation_id IS NOT NULL ORDER BY id;
    ALTER TABLE treatments_sessionpreparation ENABLE TRIGGER {FROZEN};
"""  # the sessions of before are signed: this once their rows come late
BACK = """
    ALTER TABLE treatments_injectionsession DISABLE TRIGGER USER;
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE treatments_injectionsession AS session SET preparation_id = uses.preparation_id
    FROM treatments_sessionpreparation AS uses WHERE uses.session_id = session.id AND uses.position = 1;
    ALTER TABLE treatments_injectionsession ENABLE TRIGGER USER;
    ALTER TABLE treatments_sessionsite DISABLE TRIGGER USER;
    UPDATE treatments_sessionsite SET preparation_id = NULL WHERE preparation_id IS NOT NULL;
    ALTER TABLE treatments_sessionsite ENABLE TRIGGER USER;
    ALTER TABLE treatments_sessionpreparation DISABLE TRIGGER USER;
    DELETE FROM treatments_sessionpreparation;
    ALTER TABLE treatments_sessionpreparation ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = (("treatments", "0010_a_session_has_several_preparations"),)
    operations = (migrations.RunSQL(FORWARD, BACK),)
