"""What was taken over from an intake is taken back again; a clinician takes over what it tells of the health."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights, both_ways

# The rows keep what they said: that one was taken back is added to it, once.
ADDED_ONCE = """
    CREATE OR REPLACE FUNCTION patients_detaildecision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL
                AND to_jsonb(NEW) - '{taken_back_at,taken_back_by_id}'::text[]
                    = to_jsonb(OLD) - '{taken_back_at,taken_back_by_id}'::text[]
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'A decision is a fact: rows are only added, and taken back once.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_detaildecision_is_append_only';
    END $$;
"""
# On the way back there is no room for a line that no file brought, nor for a decision that no longer stands or made one.
ONLY_ADDED = """
    ALTER TABLE patients_detaildecision DISABLE TRIGGER USER;
    DELETE FROM patients_historyitem WHERE brought_by_id IS NULL;
    DELETE FROM patients_historyitemevent WHERE brought_by_id IS NULL;
    DELETE FROM patients_detaildecision WHERE taken_back_at IS NOT NULL OR field LIKE '%.%';
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE patients_detaildecision ENABLE TRIGGER USER;
    CREATE OR REPLACE FUNCTION patients_detaildecision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A decision is a fact: rows are only added.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_detaildecision_is_append_only';
    END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0016_keep_requests_for_correction'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='historyitem',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='historyitem',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='detaildecision',
            name='intake_detail_is_decided_once',
        ),
        migrations.AddField(
            model_name='detaildecision',
            name='replaced',
            field=models.JSONField(default=dict, verbose_name='columns changed'),
        ),
        migrations.AddField(
            model_name='detaildecision',
            name='taken_back_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='taken back'),
        ),
        migrations.AddField(
            model_name='detaildecision',
            name='taken_back_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historyitem',
            name='taken_from',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line', to='patients.detaildecision', verbose_name='decision that took it over'),
        ),
        migrations.AddField(
            model_name='historyitemevent',
            name='taken_from',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.detaildecision', verbose_name='decision that took it over'),
        ),
        migrations.AlterField(
            model_name='historyitem',
            name='brought_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.import', verbose_name='import'),
        ),
        migrations.AlterField(
            model_name='historyitemevent',
            name='brought_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.import', verbose_name='import'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historyitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_historyitemevent" ("brought_by_id", "category", "code", "code_system", "description", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reactions", "reason", "recorded_at", "source_key", "started_on", "stopped_on", "taken_from_id") VALUES (NEW."brought_by_id", NEW."category", NEW."code", NEW."code_system", NEW."description", NEW."id", NEW."kind", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reactions", NEW."reason", NEW."recorded_at", NEW."source_key", NEW."started_on", NEW."stopped_on", NEW."taken_from_id"); RETURN NULL;', hash='cf6a9cd2aa19d8086ab326a7e69deb07008d0661', operation='INSERT', pgid='pgtrigger_insert_insert_3bea9', table='patients_historyitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historyitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_historyitemevent" ("brought_by_id", "category", "code", "code_system", "description", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reactions", "reason", "recorded_at", "source_key", "started_on", "stopped_on", "taken_from_id") VALUES (NEW."brought_by_id", NEW."category", NEW."code", NEW."code_system", NEW."description", NEW."id", NEW."kind", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reactions", NEW."reason", NEW."recorded_at", NEW."source_key", NEW."started_on", NEW."stopped_on", NEW."taken_from_id"); RETURN NULL;', hash='a44d392f9439d11ef828e365005b8447e2043cec', operation='UPDATE', pgid='pgtrigger_update_update_cbd40', table='patients_historyitem', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='detaildecision',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('intake', 'field'), name='intake_detail_is_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='detaildecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False)), _connector='OR'), name='intake_detail_taken_back_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='historyitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('brought_by__isnull', False), ('taken_from__isnull', True)), models.Q(('brought_by__isnull', True), ('taken_from__isnull', False)), _connector='OR'), name='history_came_in_one_way'),
        ),
        both_ways((ADDED_ONCE, ONLY_ADDED)),
        LeaveRights(("patients_detaildecision",), "SELECT, INSERT, UPDATE (taken_back_at, taken_back_by_id)"),
    ]
