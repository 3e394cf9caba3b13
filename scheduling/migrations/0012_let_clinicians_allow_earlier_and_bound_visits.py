"""Keep a clinician's reason for an injection before its day, and let no visit last longer than a day."""

import datetime
import django.db.models.expressions
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
        ('patients', '0005_wishes_and_suspension'),
        ('scheduling', '0011_supply_of_times'),
        ('treatments', '0024_what_a_plan_was_put_in_use_on_stands'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
            name='early_reason',
            field=models.CharField(blank=True, help_text="A clinician's, for an injection before the earliest permitted date.", max_length=300, verbose_name='reason for coming early'),
        ),
        migrations.AddField(
            model_name='appointmentevent',
            name='early_reason',
            field=models.CharField(blank=True, help_text="A clinician's, for an injection before the earliest permitted date.", max_length=300, verbose_name='reason for coming early'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_appointmentevent" ("arrived_at", "booked_at", "booked_by_id", "clinician_id", "completed_at", "consultation_id", "early_reason", "ended_at", "ended_reason", "ends_at", "follow_up_id", "id", "idempotency_key", "in_room_at", "is_overbooked", "location_id", "occupied_until", "overbook_reason", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "room_id", "sequence", "session_id", "starts_at", "state", "type_id", "version") VALUES (NEW."arrived_at", NEW."booked_at", NEW."booked_by_id", NEW."clinician_id", NEW."completed_at", NEW."consultation_id", NEW."early_reason", NEW."ended_at", NEW."ended_reason", NEW."ends_at", NEW."follow_up_id", NEW."id", NEW."idempotency_key", NEW."in_room_at", NEW."is_overbooked", NEW."location_id", NEW."occupied_until", NEW."overbook_reason", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reason", NEW."room_id", NEW."sequence", NEW."session_id", NEW."starts_at", NEW."state", NEW."type_id", NEW."version"); RETURN NULL;', hash='725ff4ac94f7ca1e577c00067e424db99426815e', operation='INSERT', pgid='pgtrigger_insert_insert_cdcf2', table='scheduling_appointment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_appointmentevent" ("arrived_at", "booked_at", "booked_by_id", "clinician_id", "completed_at", "consultation_id", "early_reason", "ended_at", "ended_reason", "ends_at", "follow_up_id", "id", "idempotency_key", "in_room_at", "is_overbooked", "location_id", "occupied_until", "overbook_reason", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "room_id", "sequence", "session_id", "starts_at", "state", "type_id", "version") VALUES (NEW."arrived_at", NEW."booked_at", NEW."booked_by_id", NEW."clinician_id", NEW."completed_at", NEW."consultation_id", NEW."early_reason", NEW."ended_at", NEW."ended_reason", NEW."ends_at", NEW."follow_up_id", NEW."id", NEW."idempotency_key", NEW."in_room_at", NEW."is_overbooked", NEW."location_id", NEW."occupied_until", NEW."overbook_reason", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reason", NEW."room_id", NEW."sequence", NEW."session_id", NEW."starts_at", NEW."state", NEW."type_id", NEW."version"); RETURN NULL;', hash='501bb9f7a06cc3f346b51ab6f3d47d4c7f3b3294', operation='UPDATE', pgid='pgtrigger_update_update_7193b', table='scheduling_appointment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.expressions.CombinedExpression(models.F('occupied_until'), '-', models.F('starts_at')), models.Value(datetime.timedelta(days=1))), name='appointment_is_over_within_a_day'),
        ),
        migrations.AddConstraint(
            model_name='appointmenttype',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', django.db.models.expressions.CombinedExpression(models.Value(1440), '-', models.F('after_buffer_minutes')))), name='appointment_type_fits_in_a_day', violation_error_message='A visit with what is tidied up after it fits in one day: 1,440 minutes.'),
        ),
    ]
