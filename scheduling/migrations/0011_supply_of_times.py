"""Who gives which type of visit in which rooms, who is away and who works more, and what patients may book."""

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
        ('scheduling', '0010_words_the_clinic_confirmed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='appointmenttype',
            name='horizon_days',
            field=models.PositiveSmallIntegerField(default=180, help_text='A patient books no further ahead than this.', verbose_name='days ahead'),
        ),
        migrations.AddField(
            model_name='appointmenttype',
            name='is_online',
            field=models.BooleanField(default=False, verbose_name='patients may book it themselves'),
        ),
        migrations.AddField(
            model_name='appointmenttype',
            name='notice_minutes',
            field=models.PositiveIntegerField(default=120, help_text='A patient books no later than this before it begins.', verbose_name='notice in minutes'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('first_on', models.DateField(verbose_name='from')),
                ('last_on', models.DateField(verbose_name='until and with')),
                ('starts', models.TimeField(blank=True, null=True, verbose_name='from the time')),
                ('ends', models.TimeField(blank=True, null=True, verbose_name='until the time')),
                ('reason', models.CharField(max_length=120, verbose_name='reason')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ('first_on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='AbsenceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('first_on', models.DateField(verbose_name='from')),
                ('last_on', models.DateField(verbose_name='until and with')),
                ('starts', models.TimeField(blank=True, null=True, verbose_name='from the time')),
                ('ends', models.TimeField(blank=True, null=True, verbose_name='until the time')),
                ('reason', models.CharField(max_length=120, verbose_name='reason')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('clinician', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('entered_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='locations.location', verbose_name='location')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.absence')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExtraHours',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on', models.DateField(verbose_name='on')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location')),
            ],
            options={
                'verbose_name': 'extra hours',
                'verbose_name_plural': 'extra hours',
                'ordering': ('on', 'starts'),
            },
        ),
        migrations.CreateModel(
            name='ExtraHoursEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('on', models.DateField(verbose_name='on')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('clinician', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('entered_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='locations.location', verbose_name='location')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.extrahours')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProviderType',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('rooms', models.ManyToManyField(blank=True, related_name='+', to='locations.room', verbose_name='rooms')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointmenttype', verbose_name='type')),
            ],
            options={
                'verbose_name': 'type a clinician gives',
                'verbose_name_plural': 'types clinicians give',
                'ordering': ('clinician', 'type'),
            },
        ),
        migrations.CreateModel(
            name='ProviderTypeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('clinician', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.providertype')),
                ('type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.appointmenttype', verbose_name='type')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['clinician', 'last_on'], name='absence_of_clinician'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('first_on__lte', models.F('last_on'))), name='absence_begins_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends__isnull', True), ('starts__isnull', True)), models.Q(('ends__isnull', False), ('starts__isnull', False), ('starts__lt', models.F('ends'))), _connector='OR'), name='absence_is_whole_days_or_a_stretch'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='absence_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_absenceevent" ("clinician_id", "ends", "entered_at", "entered_by_id", "first_on", "id", "last_on", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts", "taken_back_at") VALUES (NEW."clinician_id", NEW."ends", NEW."entered_at", NEW."entered_by_id", NEW."first_on", NEW."id", NEW."last_on", NEW."location_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reason", NEW."starts", NEW."taken_back_at"); RETURN NULL;', hash='609e7f845fc5b3d6fe13c9ca3e9b1160ae08b003', operation='INSERT', pgid='pgtrigger_insert_insert_61f92', table='scheduling_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_absenceevent" ("clinician_id", "ends", "entered_at", "entered_by_id", "first_on", "id", "last_on", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts", "taken_back_at") VALUES (NEW."clinician_id", NEW."ends", NEW."entered_at", NEW."entered_by_id", NEW."first_on", NEW."id", NEW."last_on", NEW."location_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reason", NEW."starts", NEW."taken_back_at"); RETURN NULL;', hash='8cf1b745ab5235137d8c3207557025c537dfbb95', operation='UPDATE', pgid='pgtrigger_update_update_39a57', table='scheduling_absence', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='extrahours',
            index=models.Index(fields=['location', 'on'], name='extra_hours_by_day'),
        ),
        migrations.AddConstraint(
            model_name='extrahours',
            constraint=models.CheckConstraint(condition=models.Q(('starts__lt', models.F('ends'))), name='extra_hours_start_before_they_end'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extrahours',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_extrahoursevent" ("clinician_id", "ends", "entered_at", "entered_by_id", "id", "location_id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts", "taken_back_at") VALUES (NEW."clinician_id", NEW."ends", NEW."entered_at", NEW."entered_by_id", NEW."id", NEW."location_id", NEW."on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reason", NEW."starts", NEW."taken_back_at"); RETURN NULL;', hash='d813caa7e890055373d6559a53779f0bf3228ab8', operation='INSERT', pgid='pgtrigger_insert_insert_aea01', table='scheduling_extrahours', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extrahours',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_extrahoursevent" ("clinician_id", "ends", "entered_at", "entered_by_id", "id", "location_id", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts", "taken_back_at") VALUES (NEW."clinician_id", NEW."ends", NEW."entered_at", NEW."entered_by_id", NEW."id", NEW."location_id", NEW."on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reason", NEW."starts", NEW."taken_back_at"); RETURN NULL;', hash='72fd698e13b1315fa46d790111ad3ecbcc0b620f', operation='UPDATE', pgid='pgtrigger_update_update_c6002', table='scheduling_extrahours', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='providertype',
            constraint=models.UniqueConstraint(fields=('clinician', 'type'), name='provider_type_named_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='providertype',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_providertypeevent" ("clinician_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "type_id") VALUES (NEW."clinician_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."type_id"); RETURN NULL;', hash='1cf64664e5598011038340892e1ce6c6a02cf30e', operation='INSERT', pgid='pgtrigger_insert_insert_d383f', table='scheduling_providertype', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='providertype',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_providertypeevent" ("clinician_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "type_id") VALUES (NEW."clinician_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."type_id"); RETURN NULL;', hash='8d89edfd5d716de37f767e3bc5e612df40fb1a11', operation='UPDATE', pgid='pgtrigger_update_update_15b34', table='scheduling_providertype', when='AFTER')),
        ),
        LeaveRights(("scheduling_absenceevent", "scheduling_extrahoursevent", "scheduling_providertypeevent")),
        LeaveRights(("scheduling_absence", "scheduling_extrahours"), "SELECT, INSERT, UPDATE"),
    ]
