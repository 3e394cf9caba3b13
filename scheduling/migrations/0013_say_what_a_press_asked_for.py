"""What a press of the booking button asked for, beside the press itself."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0012_let_clinicians_allow_earlier_and_bound_visits'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='appointment',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appointment',
            name='update_update',
        ),
        migrations.AddField(
            model_name='appointment',
            name='pressed_for',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='appointmentevent',
            name='pressed_for',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_appointmentevent" ("arrived_at", "booked_at", "booked_by_id", "clinician_id", "completed_at", "consultation_id", "early_reason", "ended_at", "ended_reason", "ends_at", "follow_up_id", "id", "idempotency_key", "in_room_at", "is_overbooked", "location_id", "occupied_until", "overbook_reason", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pressed_for", "public_id", "reason", "room_id", "sequence", "session_id", "starts_at", "state", "type_id", "version") VALUES (NEW."arrived_at", NEW."booked_at", NEW."booked_by_id", NEW."clinician_id", NEW."completed_at", NEW."consultation_id", NEW."early_reason", NEW."ended_at", NEW."ended_reason", NEW."ends_at", NEW."follow_up_id", NEW."id", NEW."idempotency_key", NEW."in_room_at", NEW."is_overbooked", NEW."location_id", NEW."occupied_until", NEW."overbook_reason", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pressed_for", NEW."public_id", NEW."reason", NEW."room_id", NEW."sequence", NEW."session_id", NEW."starts_at", NEW."state", NEW."type_id", NEW."version"); RETURN NULL;', hash='b4eae390207f39de6ea0fad7e2206a89c607e5ad', operation='INSERT', pgid='pgtrigger_insert_insert_cdcf2', table='scheduling_appointment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_appointmentevent" ("arrived_at", "booked_at", "booked_by_id", "clinician_id", "completed_at", "consultation_id", "early_reason", "ended_at", "ended_reason", "ends_at", "follow_up_id", "id", "idempotency_key", "in_room_at", "is_overbooked", "location_id", "occupied_until", "overbook_reason", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pressed_for", "public_id", "reason", "room_id", "sequence", "session_id", "starts_at", "state", "type_id", "version") VALUES (NEW."arrived_at", NEW."booked_at", NEW."booked_by_id", NEW."clinician_id", NEW."completed_at", NEW."consultation_id", NEW."early_reason", NEW."ended_at", NEW."ended_reason", NEW."ends_at", NEW."follow_up_id", NEW."id", NEW."idempotency_key", NEW."in_room_at", NEW."is_overbooked", NEW."location_id", NEW."occupied_until", NEW."overbook_reason", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pressed_for", NEW."public_id", NEW."reason", NEW."room_id", NEW."sequence", NEW."session_id", NEW."starts_at", NEW."state", NEW."type_id", NEW."version"); RETURN NULL;', hash='2df088ceff97ae6d50a61fa456532f8f5978382b', operation='UPDATE', pgid='pgtrigger_update_update_7193b', table='scheduling_appointment', when='AFTER')),
        ),
    ]
