"""The column that held a session's only preparation goes: its rows say it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("treatments", "0011_name_what_each_session_was_made_from"),)

    operations = (
        pgtrigger.migrations.RemoveTrigger(
            model_name="injectionsession",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="injectionsession",
            name="update_update",
        ),
        migrations.RemoveField(
            model_name="injectionsession",
            name="preparation",
        ),
        migrations.RemoveField(
            model_name="injectionsessionevent",
            name="preparation",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="injectionsession",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "treatments_injectionsessionevent" ("aftercare_given", "checked_at", "clinician_id", "condition_id", "day_of_check", "given_despite", "guidance", "id", "immediate_reaction", "injected_at", "injected_on", "location_id", "needle", "note", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id", "public_id", "rules_id", "signed_at", "signed_by_id", "started_at", "total_units", "version", "volume_ml") VALUES (NEW."aftercare_given", NEW."checked_at", NEW."clinician_id", NEW."condition_id", NEW."day_of_check", NEW."given_despite", NEW."guidance", NEW."id", NEW."immediate_reaction", NEW."injected_at", NEW."injected_on", NEW."location_id", NEW."needle", NEW."note", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."product_id", NEW."public_id", NEW."rules_id", NEW."signed_at", NEW."signed_by_id", NEW."started_at", NEW."total_units", NEW."version", NEW."volume_ml"); RETURN NULL;',
                    hash="976d3df587fbe9fdac0050d32161b32fe7dfc39f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_56aa7",
                    table="treatments_injectionsession",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="injectionsession",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "treatments_injectionsessionevent" ("aftercare_given", "checked_at", "clinician_id", "condition_id", "day_of_check", "given_despite", "guidance", "id", "immediate_reaction", "injected_at", "injected_on", "location_id", "needle", "note", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id", "public_id", "rules_id", "signed_at", "signed_by_id", "started_at", "total_units", "version", "volume_ml") VALUES (NEW."aftercare_given", NEW."checked_at", NEW."clinician_id", NEW."condition_id", NEW."day_of_check", NEW."given_despite", NEW."guidance", NEW."id", NEW."immediate_reaction", NEW."injected_at", NEW."injected_on", NEW."location_id", NEW."needle", NEW."note", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."product_id", NEW."public_id", NEW."rules_id", NEW."signed_at", NEW."signed_by_id", NEW."started_at", NEW."total_units", NEW."version", NEW."volume_ml"); RETURN NULL;',
                    hash="eb0a3ea0a45e1f67d31d94946306f7090fabf1c1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_395ba",
                    table="treatments_injectionsession",
                    when="AFTER",
                ),
            ),
        ),
    )
