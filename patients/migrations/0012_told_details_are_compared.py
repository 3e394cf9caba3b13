"""A part of the form per condition needs no table; what a patient tells of themselves is compared, decision by decision."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0011_an_import_is_taken_out_whole'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DetailDecision',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('field', models.CharField(max_length=20, verbose_name='field')),
                ('is_taken_over', models.BooleanField(verbose_name='taken over')),
                ('told', models.TextField(verbose_name="the patient's answer")),
                ('stood', models.TextField(blank=True, verbose_name='on record then')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'decision on a detail',
                'verbose_name_plural': 'decisions on details',
                'ordering': ('at', 'id'),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='intake',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='intake',
            name='update_update',
        ),
        migrations.AddField(
            model_name='intake',
            name='details_open',
            field=models.BooleanField(db_default=False, default=False, help_text='what was told of the person differs and nobody decided yet'),
        ),
        migrations.AddField(
            model_name='intake',
            name='is_grave',
            field=models.BooleanField(db_default=False, default=False, help_text='one of them stops a treatment until a clinician has looked'),
        ),
        migrations.AddField(
            model_name='intake',
            name='to_assess',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='answers marked for the reader, counted when the form was sent'),
        ),
        migrations.AddField(
            model_name='intakeevent',
            name='details_open',
            field=models.BooleanField(db_default=False, default=False, help_text='what was told of the person differs and nobody decided yet'),
        ),
        migrations.AddField(
            model_name='intakeevent',
            name='is_grave',
            field=models.BooleanField(db_default=False, default=False, help_text='one of them stops a treatment until a clinician has looked'),
        ),
        migrations.AddField(
            model_name='intakeevent',
            name='to_assess',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='answers marked for the reader, counted when the form was sent'),
        ),
        migrations.AddIndex(
            model_name='intake',
            index=models.Index(condition=models.Q(('details_open', True)), fields=['submitted_at'], name='intake_with_details_to_compare'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intake',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_intakeevent" ("answers", "details_open", "entered_by_id", "id", "invited_at", "is_grave", "language", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "questionnaire_id", "reviewed_at", "reviewed_by_id", "started_at", "state", "submitted_at", "to_assess", "version") VALUES (NEW."answers", NEW."details_open", NEW."entered_by_id", NEW."id", NEW."invited_at", NEW."is_grave", NEW."language", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."questionnaire_id", NEW."reviewed_at", NEW."reviewed_by_id", NEW."started_at", NEW."state", NEW."submitted_at", NEW."to_assess", NEW."version"); RETURN NULL;', hash='cca9e7f9cf422f613a9d7e6cce77020dc044d433', operation='INSERT', pgid='pgtrigger_insert_insert_40093', table='patients_intake', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intake',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_intakeevent" ("answers", "details_open", "entered_by_id", "id", "invited_at", "is_grave", "language", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "questionnaire_id", "reviewed_at", "reviewed_by_id", "started_at", "state", "submitted_at", "to_assess", "version") VALUES (NEW."answers", NEW."details_open", NEW."entered_by_id", NEW."id", NEW."invited_at", NEW."is_grave", NEW."language", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."questionnaire_id", NEW."reviewed_at", NEW."reviewed_by_id", NEW."started_at", NEW."state", NEW."submitted_at", NEW."to_assess", NEW."version"); RETURN NULL;', hash='b7119636fca2614fa75f2fd1ace446eccec9c684', operation='UPDATE', pgid='pgtrigger_update_update_7f196', table='patients_intake', when='AFTER')),
        ),
        migrations.AddField(
            model_name='detaildecision',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='detaildecision',
            name='intake',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='patients.intake', verbose_name='intake'),
        ),
        migrations.AddConstraint(
            model_name='detaildecision',
            constraint=models.UniqueConstraint(fields=('intake', 'field'), name='intake_detail_is_decided_once'),
        ),
        LeaveRights(("patients_detaildecision",)),
        both_ways(append_only("patients_detaildecision", because="A decision is a fact: rows are only added.")),
    ]
