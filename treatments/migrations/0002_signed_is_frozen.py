"""What is signed is frozen, for every writer and by plain trigger; ledgers and remarks only grow."""

from django.db import migrations

from clinic.lib.db import append_only, frozen_once_signed, frozen_with_parent
from clinic.lib.operations import LeaveRights, both_ways

SESSION = "treatments_injectionsession"
CONSULTATION = "treatments_consultation"
SIGNED = "A signed session is frozen: add an addendum or void it."
CONSULTED = "A signed consultation is frozen."

LEDGER = (
    """
    CREATE FUNCTION treatments_vial_follows_its_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE public.treatments_vial SET drawn_units = drawn_units + NEW.units WHERE id = NEW.vial_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER treatments_vial_follows_its_ledger AFTER INSERT ON treatments_draw
        FOR EACH ROW EXECUTE FUNCTION treatments_vial_follows_its_ledger();

    CREATE FUNCTION treatments_vial_drawn_is_its_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'What is drawn from a vial follows from its ledger.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'treatments_vial_drawn_is_its_ledger';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER treatments_vial_drawn_is_its_ledger BEFORE UPDATE ON treatments_vial FOR EACH ROW
        WHEN (OLD.drawn_units IS DISTINCT FROM NEW.drawn_units OR OLD.units IS DISTINCT FROM NEW.units)
        EXECUTE FUNCTION treatments_vial_drawn_is_its_ledger();
    """,
    """
    DROP FUNCTION treatments_vial_follows_its_ledger() CASCADE;
    DROP FUNCTION treatments_vial_drawn_is_its_ledger() CASCADE;
    """,
)


class Migration(migrations.Migration):
    dependencies = (("treatments", "0001_record"),)
    operations = (
        both_ways(frozen_once_signed(SESSION, because=SIGNED)),
        both_ways(frozen_with_parent("treatments_sessionsite", parent=SESSION, column="session_id", because=SIGNED)),
        both_ways(frozen_with_parent("treatments_finding", parent=SESSION, column="session_id", because=SIGNED)),
        both_ways(
            frozen_with_parent(
                "treatments_draw", parent=SESSION, column="session_id", because=SIGNED, when="NEW.kind = 'given'"
            )
        ),
        both_ways(frozen_once_signed(CONSULTATION, because=CONSULTED)),
        *(
            both_ways(frozen_with_parent(table, parent=CONSULTATION, column="consultation_id", because=CONSULTED))
            for table in ("treatments_screeningassessment", "treatments_goal", "treatments_strategy")
        ),
        *(
            both_ways(append_only(table, because=because))
            for table, because in (
                ("treatments_addendum", "An addendum stands as written."),
                ("treatments_void", "A void stands as written."),
                ("treatments_draw", "A line of the ledger stands: a correction is a line."),
                ("treatments_score", "A score stands: a correction is a later row."),
                ("treatments_sessionlimit", "A limit stands as set: a new one is a new row."),
            )
        ),
        migrations.RunSQL(*LEDGER),
        LeaveRights(
            (
                "treatments_addendum",
                "treatments_void",
                "treatments_draw",
                "treatments_score",
                "treatments_sessionlimit",
                "treatments_planevent",
                "treatments_plansiteevent",
                "treatments_injectionsessionevent",
                "treatments_sessionsiteevent",
                "treatments_consultationevent",
                "treatments_lotevent",
                "treatments_vialevent",
                "treatments_preparationevent",
            )
        ),
        LeaveRights(
            (SESSION, CONSULTATION, "treatments_plan", "treatments_incident", "treatments_vial", "treatments_lot"),
            "SELECT, INSERT, UPDATE",
        ),
    )
