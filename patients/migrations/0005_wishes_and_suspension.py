"""Each kind of reminder is a wish of its own, and a suspended address says why."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
        ('patients', '0004_find_people_by_email_in_any_case'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='update_update',
        ),
        migrations.AddField(
            model_name='patient',
            name='email_suspended_because',
            field=models.CharField(blank=True, choices=[('returned', 'a letter came back: there is no such mailbox'), ('unreached', 'several letters did not get through'), ('complaint', 'a letter was marked as unwanted')], db_default='', default='', max_length=10, verbose_name='why it is suspended'),
        ),
        migrations.AddField(
            model_name='patient',
            name='wants_check_ins',
            field=models.BooleanField(db_default=True, default=True, verbose_name='wants to be asked after a visit'),
        ),
        migrations.AddField(
            model_name='patient',
            name='wants_visit_reminders',
            field=models.BooleanField(db_default=True, default=True, verbose_name='wants a reminder before a visit'),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='email_suspended_because',
            field=models.CharField(blank=True, choices=[('returned', 'a letter came back: there is no such mailbox'), ('unreached', 'several letters did not get through'), ('complaint', 'a letter was marked as unwanted')], db_default='', default='', max_length=10, verbose_name='why it is suspended'),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='wants_check_ins',
            field=models.BooleanField(db_default=True, default=True, verbose_name='wants to be asked after a visit'),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='wants_visit_reminders',
            field=models.BooleanField(db_default=True, default=True, verbose_name='wants a reminder before a visit'),
        ),
        migrations.AlterField(
            model_name='consent',
            name='kind',
            field=models.CharField(choices=[('data_use', 'Use of my data for my care'), ('reminders', 'Reminders by e-mail'), ('before_visit', 'Reminders before a visit'), ('check_ins', 'Questions after a visit'), ('treatment', 'Treatment with botulinum toxin'), ('off_label', "Use outside the product's label")], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='consenttext',
            name='kind',
            field=models.CharField(choices=[('data_use', 'Use of my data for my care'), ('reminders', 'Reminders by e-mail'), ('before_visit', 'Reminders before a visit'), ('check_ins', 'Questions after a visit'), ('treatment', 'Treatment with botulinum toxin'), ('off_label', "Use outside the product's label")], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='patient',
            name='wants_reminders',
            field=models.BooleanField(default=True, verbose_name='wants reminders to plan the next visit'),
        ),
        migrations.AlterField(
            model_name='patientevent',
            name='wants_reminders',
            field=models.BooleanField(default=True, verbose_name='wants reminders to plan the next visit'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_patientevent" ("address", "birth_precision", "born_on", "deceased_on", "email", "email_is_shared", "email_suspended_at", "email_suspended_because", "family_name", "given_name", "has_no_email", "id", "language", "location_id", "merged_into_id", "note_for_desk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_digits", "public_id", "record_number", "registered_at", "search_name", "sex", "source_key", "version", "wants_check_ins", "wants_reminders", "wants_visit_reminders") VALUES (NEW."address", NEW."birth_precision", NEW."born_on", NEW."deceased_on", NEW."email", NEW."email_is_shared", NEW."email_suspended_at", NEW."email_suspended_because", NEW."family_name", NEW."given_name", NEW."has_no_email", NEW."id", NEW."language", NEW."location_id", NEW."merged_into_id", NEW."note_for_desk", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_digits", NEW."public_id", NEW."record_number", NEW."registered_at", NEW."search_name", NEW."sex", NEW."source_key", NEW."version", NEW."wants_check_ins", NEW."wants_reminders", NEW."wants_visit_reminders"); RETURN NULL;', hash='1eca5b5a3e2f18c6684f321512d92f249617d418', operation='INSERT', pgid='pgtrigger_insert_insert_62165', table='patients_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_patientevent" ("address", "birth_precision", "born_on", "deceased_on", "email", "email_is_shared", "email_suspended_at", "email_suspended_because", "family_name", "given_name", "has_no_email", "id", "language", "location_id", "merged_into_id", "note_for_desk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_digits", "public_id", "record_number", "registered_at", "search_name", "sex", "source_key", "version", "wants_check_ins", "wants_reminders", "wants_visit_reminders") VALUES (NEW."address", NEW."birth_precision", NEW."born_on", NEW."deceased_on", NEW."email", NEW."email_is_shared", NEW."email_suspended_at", NEW."email_suspended_because", NEW."family_name", NEW."given_name", NEW."has_no_email", NEW."id", NEW."language", NEW."location_id", NEW."merged_into_id", NEW."note_for_desk", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_digits", NEW."public_id", NEW."record_number", NEW."registered_at", NEW."search_name", NEW."sex", NEW."source_key", NEW."version", NEW."wants_check_ins", NEW."wants_reminders", NEW."wants_visit_reminders"); RETURN NULL;', hash='4c044bdf818b1ec1290b738b84df19f4b1a249e5', operation='UPDATE', pgid='pgtrigger_update_update_546ce', table='patients_patient', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('email_suspended_because', ''), models.Q(('email_suspended_at__isnull', False), ('email_suspended_because__in', ['returned', 'unreached', 'complaint'])), _connector='OR'), name='patient_email_has_a_known_reason_only_while_suspended'),
        ),
    ]
