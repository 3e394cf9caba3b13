"""Calls about coming back: rows that only grow, and on the follow-up the day to ring again."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways

ONLY_GROWS = (
    ("scheduling_call", "A call stands as written: a mistake is taken back."),
    ("scheduling_callwithdrawal", "What was taken back stays so: a new call is written."),
)


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
        ('patients', '0004_find_people_by_email_in_any_case'),
        ('scheduling', '0004_keep_the_day_of_the_first_letter'),
        ('treatments', '0024_what_a_plan_was_put_in_use_on_stands'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('outcome', models.CharField(choices=[('no_answer', 'No answer'), ('left_message', 'Left word to ring us'), ('will_book', 'Will book'), ('books_now', 'Books now'), ('wants_later', 'Wants later'), ('wrong_number', 'Wrong number'), ('declined', 'Will not come'), ('elsewhere', 'Treated elsewhere'), ('died', 'Has died')], max_length=12, verbose_name='outcome')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('again_on', models.DateField(blank=True, null=True, verbose_name='ring again on')),
                ('called_at', models.DateTimeField(verbose_name='called')),
                ('press', models.UUIDField(editable=False, unique=True)),
            ],
            options={
                'verbose_name': 'call',
                'verbose_name_plural': 'calls',
                'ordering': ('-called_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='CallWithdrawal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'call taken back',
                'verbose_name_plural': 'calls taken back',
                'ordering': ('at', 'id'),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='followup',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='followup',
            name='update_update',
        ),
        migrations.AddField(
            model_name='followup',
            name='call_again_on',
            field=models.DateField(blank=True, null=True, verbose_name='ring again on'),
        ),
        migrations.AddField(
            model_name='followupevent',
            name='call_again_on',
            field=models.DateField(blank=True, null=True, verbose_name='ring again on'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('state__in', ('pending', 'reminded', 'booked'))), fields=['book_by_on', 'id'], name='follow_up_live_by_date'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scheduling_followupevent" ("book_by_on", "call_again_on", "closed_at", "cycle", "earliest_on", "id", "location_id", "next_step", "next_step_on", "opened_at", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "reason", "reminder_on", "session_id", "state", "version", "wears_off_from_on", "wears_off_until_on", "where", "window_basis") VALUES (NEW."book_by_on", NEW."call_again_on", NEW."closed_at", NEW."cycle", NEW."earliest_on", NEW."id", NEW."location_id", NEW."next_step", NEW."next_step_on", NEW."opened_at", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."public_id", NEW."reason", NEW."reminder_on", NEW."session_id", NEW."state", NEW."version", NEW."wears_off_from_on", NEW."wears_off_until_on", NEW."where", NEW."window_basis"); RETURN NULL;', hash='cf8aeef386f13f870d8fd3815f3449c0c7502855', operation='INSERT', pgid='pgtrigger_insert_insert_646d1', table='scheduling_followup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "scheduling_followupevent" ("book_by_on", "call_again_on", "closed_at", "cycle", "earliest_on", "id", "location_id", "next_step", "next_step_on", "opened_at", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "public_id", "reason", "reminder_on", "session_id", "state", "version", "wears_off_from_on", "wears_off_until_on", "where", "window_basis") VALUES (NEW."book_by_on", NEW."call_again_on", NEW."closed_at", NEW."cycle", NEW."earliest_on", NEW."id", NEW."location_id", NEW."next_step", NEW."next_step_on", NEW."opened_at", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."public_id", NEW."reason", NEW."reminder_on", NEW."session_id", NEW."state", NEW."version", NEW."wears_off_from_on", NEW."wears_off_until_on", NEW."where", NEW."window_basis"); RETURN NULL;', hash='bd6a4cf1dbec1870f2481e3a132b977e84be7b6a', operation='UPDATE', pgid='pgtrigger_update_update_8cd03', table='scheduling_followup', when='AFTER')),
        ),
        migrations.AddField(
            model_name='call',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='call',
            name='follow_up',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='scheduling.followup', verbose_name='follow-up'),
        ),
        migrations.AddField(
            model_name='call',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient'),
        ),
        migrations.AddField(
            model_name='callwithdrawal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='callwithdrawal',
            name='call',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='scheduling.call', verbose_name='call'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['follow_up', '-called_at'], name='call_by_follow_up'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['patient', '-called_at'], name='call_by_patient'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['no_answer', 'left_message', 'will_book', 'books_now', 'wants_later', 'wrong_number', 'declined', 'elsewhere', 'died'])), name='call_has_a_known_outcome'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'declined'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='call_declined_says_why'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ('declined', 'elsewhere')), _negated=True), ('again_on__isnull', True), _connector='OR'), name='call_that_ends_it_is_the_last'),
        ),
        migrations.AddConstraint(
            model_name='callwithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='call_withdrawal_has_a_reason'),
        ),
        *(both_ways(append_only(table, because=because)) for table, because in ONLY_GROWS),
        LeaveRights(tuple(table for table, _because in ONLY_GROWS)),
    ]
