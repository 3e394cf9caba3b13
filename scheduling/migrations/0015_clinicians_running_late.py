"""By how much clinicians run late on a day, as the desk was told."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('scheduling', '0014_calendar_addresses'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RunningLate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on', models.DateField(help_text="the location's day", verbose_name='on')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes late')),
                ('said_at', models.DateTimeField(verbose_name='said')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'running late',
                'verbose_name_plural': 'running late',
                'ordering': ('-said_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='RunningLateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('on', models.DateField(help_text="the location's day", verbose_name='on')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes late')),
                ('said_at', models.DateTimeField(verbose_name='said')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('clinician', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('location', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='locations.location', verbose_name='location')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.runninglate')),
                ('said_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='runninglate',
            index=models.Index(fields=['location', 'on'], name='running_late_by_day'),
        ),
        migrations.AddConstraint(
            model_name='runninglate',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', 240)), name='running_late_is_by_four_hours_at_most'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runninglate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_runninglateevent" ("clinician_id", "id", "location_id", "minutes", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "said_at", "said_by_id", "taken_back_at") VALUES (NEW."clinician_id", NEW."id", NEW."location_id", NEW."minutes", NEW."on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."said_at", NEW."said_by_id", NEW."taken_back_at"); RETURN NULL;', hash='18df6c54af5e80da63cf891fb6e64215c1e32268', operation='INSERT', pgid='pgtrigger_insert_insert_4ac73', table='scheduling_runninglate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runninglate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_runninglateevent" ("clinician_id", "id", "location_id", "minutes", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "said_at", "said_by_id", "taken_back_at") VALUES (NEW."clinician_id", NEW."id", NEW."location_id", NEW."minutes", NEW."on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."said_at", NEW."said_by_id", NEW."taken_back_at"); RETURN NULL;', hash='ce827145c6100de292ebc1b79ffc1c3a954aa3a0', operation='UPDATE', pgid='pgtrigger_update_update_4e7fb', table='scheduling_runninglate', when='AFTER')),
        ),
        LeaveRights(("scheduling_runninglateevent",)),
        LeaveRights(("scheduling_runninglate",), "SELECT, INSERT, UPDATE"),
    ]
