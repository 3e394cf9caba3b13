"""A visit that stands, though it lies where none could be booked any more."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('scheduling', '0015_clinicians_running_late'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptVisit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sequence', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('kept_at', models.DateTimeField(verbose_name='kept')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept', to='scheduling.appointment')),
                ('kept_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'visit that stands',
                'verbose_name_plural': 'visits that stand',
            },
        ),
        migrations.CreateModel(
            name='KeptVisitEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sequence', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('kept_at', models.DateTimeField(verbose_name='kept')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('appointment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.appointment')),
                ('kept_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.keptvisit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='keptvisit',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('appointment', 'sequence'), name='visit_is_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='keptvisit',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='visit_is_kept_for_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keptvisit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_keptvisitevent" ("appointment_id", "id", "kept_at", "kept_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "sequence", "taken_back_at") VALUES (NEW."appointment_id", NEW."id", NEW."kept_at", NEW."kept_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reason", NEW."sequence", NEW."taken_back_at"); RETURN NULL;', hash='064312adb1673346645f131491ee31191beb072e', operation='INSERT', pgid='pgtrigger_insert_insert_a6fa0', table='scheduling_keptvisit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keptvisit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_keptvisitevent" ("appointment_id", "id", "kept_at", "kept_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "sequence", "taken_back_at") VALUES (NEW."appointment_id", NEW."id", NEW."kept_at", NEW."kept_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reason", NEW."sequence", NEW."taken_back_at"); RETURN NULL;', hash='e4f4fddcd96ad7b226d22dc424e0a119ffdd61a9', operation='UPDATE', pgid='pgtrigger_update_update_c98ca', table='scheduling_keptvisit', when='AFTER')),
        ),
        LeaveRights(("scheduling_keptvisitevent",)),
        LeaveRights(("scheduling_keptvisit",), "SELECT, INSERT, UPDATE"),
    ]
