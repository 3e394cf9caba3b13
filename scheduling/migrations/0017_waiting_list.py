"""Who would come sooner, which times came free, and whom each was offered to."""

import django.contrib.postgres.fields
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
        ('patients', '0005_wishes_and_suspension'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('scheduling', '0016_visits_that_stand'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FreedTime',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('freed_at', models.DateTimeField(verbose_name='came free')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location')),
            ],
            options={
                'verbose_name': 'freed time',
                'verbose_name_plural': 'freed times',
                'ordering': ('starts_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='SlotOffer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('state', models.CharField(choices=[('open', 'Offered'), ('taken', 'Taken'), ('declined', 'Declined'), ('gone', 'Somebody else was quicker'), ('lapsed', 'Not answered in time')], default='open', max_length=8, verbose_name='state')),
                ('made_at', models.DateTimeField(verbose_name='offered')),
                ('expires_at', models.DateTimeField(verbose_name='answer by')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('freed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='scheduling.freedtime')),
            ],
            options={
                'verbose_name': 'offer of a freed time',
                'verbose_name_plural': 'offers of freed times',
                'ordering': ('-made_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='WaitingEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('first_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(verbose_name='until and with')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='weekdays')),
                ('opens', models.TimeField(blank=True, null=True, verbose_name='not before')),
                ('closes', models.TimeField(blank=True, null=True, verbose_name='over by')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('booked', 'Booked'), ('taken_off', 'Taken off'), ('over', 'Last day gone by')], default='waiting', max_length=10, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('clinician', models.ForeignKey(blank=True, help_text='empty where anyone will do', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointmenttype', verbose_name='type')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointment', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'entry of the waiting list',
                'verbose_name_plural': 'entries of the waiting list',
                'ordering': ('entered_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='SlotOfferEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('state', models.CharField(choices=[('open', 'Offered'), ('taken', 'Taken'), ('declined', 'Declined'), ('gone', 'Somebody else was quicker'), ('lapsed', 'Not answered in time')], default='open', max_length=8, verbose_name='state')),
                ('made_at', models.DateTimeField(verbose_name='offered')),
                ('expires_at', models.DateTimeField(verbose_name='answer by')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('freed', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.freedtime')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.slotoffer')),
                ('entry', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.waitingentry')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='slotoffer',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='scheduling.waitingentry'),
        ),
        migrations.CreateModel(
            name='WaitingEntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('first_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(verbose_name='until and with')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='weekdays')),
                ('opens', models.TimeField(blank=True, null=True, verbose_name='not before')),
                ('closes', models.TimeField(blank=True, null=True, verbose_name='over by')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('booked', 'Booked'), ('taken_off', 'Taken off'), ('over', 'Last day gone by')], default='waiting', max_length=10, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('clinician', models.ForeignKey(blank=True, db_constraint=False, help_text='empty where anyone will do', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('entered_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='locations.location', verbose_name='location')),
                ('patient', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient', verbose_name='patient')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='scheduling.waitingentry')),
                ('type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.appointmenttype', verbose_name='type')),
                ('visit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scheduling.appointment', verbose_name='visit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='freedtime',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['starts_at'], name='freed_time_still_free'),
        ),
        migrations.AddConstraint(
            model_name='freedtime',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='freed_time_starts_before_it_ends'),
        ),
        migrations.AddIndex(
            model_name='waitingentry',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['location', 'entered_at'], name='waiting_by_location'),
        ),
        migrations.AddIndex(
            model_name='waitingentry',
            index=models.Index(condition=models.Q(('visit__isnull', False)), fields=['visit'], name='waiting_by_visit'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('patient', 'type'), name='waiting_once_for_a_type'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.CheckConstraint(condition=models.Q(('first_on__lte', models.F('until_on'))), name='waiting_begins_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.CheckConstraint(condition=models.Q(('opens__isnull', True), ('closes__isnull', True), ('opens__lt', models.F('closes')), _connector='OR'), name='waiting_hours_start_before_they_end'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__contained_by', [0, 1, 2, 3, 4, 5, 6])), name='waiting_days_are_weekdays'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'booked', 'taken_off', 'over'])), name='waiting_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='waiting_ended_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'booked'), ('visit__isnull', False)), models.Q(models.Q(('state', 'booked'), _negated=True), ('visit__isnull', True)), _connector='OR'), name='waiting_booked_names_its_visit'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitingentry',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_waitingentryevent" ("clinician_id", "closes", "ended_at", "entered_at", "entered_by_id", "first_on", "id", "location_id", "note", "opens", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "type_id", "until_on", "visit_id", "weekdays") VALUES (NEW."clinician_id", NEW."closes", NEW."ended_at", NEW."entered_at", NEW."entered_by_id", NEW."first_on", NEW."id", NEW."location_id", NEW."note", NEW."opens", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."state", NEW."type_id", NEW."until_on", NEW."visit_id", NEW."weekdays"); RETURN NULL;', hash='c4c28dd9eef11699d37cc2c41a76066ef6ea5369', operation='INSERT', pgid='pgtrigger_insert_insert_c215e', table='scheduling_waitingentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitingentry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_waitingentryevent" ("clinician_id", "closes", "ended_at", "entered_at", "entered_by_id", "first_on", "id", "location_id", "note", "opens", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "type_id", "until_on", "visit_id", "weekdays") VALUES (NEW."clinician_id", NEW."closes", NEW."ended_at", NEW."entered_at", NEW."entered_by_id", NEW."first_on", NEW."id", NEW."location_id", NEW."note", NEW."opens", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."state", NEW."type_id", NEW."until_on", NEW."visit_id", NEW."weekdays"); RETURN NULL;', hash='54980a28b0252a484131d28744ea20876f8b180e', operation='UPDATE', pgid='pgtrigger_update_update_5b7fa', table='scheduling_waitingentry', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='slotoffer',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['expires_at'], name='offer_open_by_expiry'),
        ),
        migrations.AddIndex(
            model_name='slotoffer',
            index=models.Index(fields=['entry', '-made_at'], name='offer_by_entry'),
        ),
        migrations.AddConstraint(
            model_name='slotoffer',
            constraint=models.UniqueConstraint(fields=('freed', 'entry'), name='offer_once_to_each'),
        ),
        migrations.AddConstraint(
            model_name='slotoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('entry',), name='offer_one_open_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='slotoffer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'taken', 'declined', 'gone', 'lapsed'])), name='offer_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='slotoffer',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='offer_leaves_time_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='slotoffer',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__lte', models.F('starts_at'))), name='offer_is_answered_before_the_visit'),
        ),
        migrations.AddConstraint(
            model_name='slotoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='offer_ended_has_its_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slotoffer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_slotofferevent" ("ended_at", "entry_id", "expires_at", "freed_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_at", "state") VALUES (NEW."ended_at", NEW."entry_id", NEW."expires_at", NEW."freed_id", NEW."id", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."starts_at", NEW."state"); RETURN NULL;', hash='205561e7654b3dd5dd0058a26d7146c5eb2d44ff', operation='INSERT', pgid='pgtrigger_insert_insert_11aca', table='scheduling_slotoffer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slotoffer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_slotofferevent" ("ended_at", "entry_id", "expires_at", "freed_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_at", "state") VALUES (NEW."ended_at", NEW."entry_id", NEW."expires_at", NEW."freed_id", NEW."id", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."starts_at", NEW."state"); RETURN NULL;', hash='6c4f18ec330e26543c20c01eff41a56d9fc6fda5', operation='UPDATE', pgid='pgtrigger_update_update_9c601', table='scheduling_slotoffer', when='AFTER')),
        ),
        LeaveRights(("scheduling_waitingentryevent", "scheduling_slotofferevent")),
        LeaveRights(("scheduling_waitingentry", "scheduling_freedtime", "scheduling_slotoffer"), "SELECT, INSERT, UPDATE"),
    ]
