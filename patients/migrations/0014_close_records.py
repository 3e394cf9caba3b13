"""Close records to everyday work: confidential, restricted by the law; who opened them, and why."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights

AS_WRITTEN = (
    """
    CREATE FUNCTION patients_patient_is_closed_as_written() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        NEW.restricted_at := (SELECT added_at FROM public.patients_restriction
            WHERE patient_id = NEW.id AND ended_at IS NULL);
        NEW.confidential_at := (SELECT added_at FROM public.patients_confidence
            WHERE patient_id = NEW.id AND ended_at IS NULL);
        RETURN NEW;
    END $$;
    CREATE TRIGGER patients_patient_is_closed_as_written
        BEFORE UPDATE OF restricted_at, confidential_at ON patients_patient
        FOR EACH ROW EXECUTE FUNCTION patients_patient_is_closed_as_written();
    CREATE TRIGGER patients_patient_begins_as_written BEFORE INSERT ON patients_patient
        FOR EACH ROW WHEN (NEW.restricted_at IS NOT NULL OR NEW.confidential_at IS NOT NULL)
        EXECUTE FUNCTION patients_patient_is_closed_as_written();

    CREATE FUNCTION patients_closing_is_seen_on_the_patient() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        UPDATE public.patients_patient SET restricted_at = NULL WHERE id = NEW.patient_id;  -- what is written decides
        RETURN NULL;
    END $$;
    CREATE TRIGGER patients_restriction_is_seen_on_the_patient AFTER INSERT OR UPDATE OF ended_at
        ON patients_restriction FOR EACH ROW EXECUTE FUNCTION patients_closing_is_seen_on_the_patient();
    CREATE TRIGGER patients_confidence_is_seen_on_the_patient AFTER INSERT OR UPDATE OF ended_at
        ON patients_confidence FOR EACH ROW EXECUTE FUNCTION patients_closing_is_seen_on_the_patient();
    """,
    """
    DROP FUNCTION patients_closing_is_seen_on_the_patient() CASCADE;
    DROP FUNCTION patients_patient_is_closed_as_written() CASCADE;
    """,
)


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0013_keep_the_register'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Confidant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'who opens a confidential record',
                'verbose_name_plural': 'who opens confidential records',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Confidence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('because', models.CharField(max_length=200, verbose_name='why')),
                ('ended_because', models.CharField(blank=True, max_length=200, verbose_name='why it was ended')),
            ],
            options={
                'verbose_name': 'confidential record',
                'verbose_name_plural': 'confidential records',
                'ordering': ('-added_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('because', models.CharField(max_length=200, verbose_name='why')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('until', models.DateTimeField(verbose_name='open until')),
            ],
            options={
                'verbose_name': 'opening of a closed record',
                'verbose_name_plural': 'openings of closed records',
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('ground', models.CharField(choices=[('erasure_asked', 'The patient asked for erasure; clinical records must be kept'), ('consent_withdrawn', 'The patient withdrew consent to its use; it must be kept'), ('disputed', 'What it says is disputed, until that is settled'), ('claim', 'It is needed for a legal claim or an authority')], max_length=20, verbose_name='legal ground')),
                ('because', models.CharField(max_length=300, verbose_name='reason')),
                ('kept_until_on', models.DateField(verbose_name='kept until')),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it was lifted')),
            ],
            options={
                'verbose_name': 'restriction',
                'verbose_name_plural': 'restrictions',
                'ordering': ('-added_at', '-id'),
            },
        ),
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
            name='confidential_at',
            field=models.DateTimeField(blank=True, editable=False, help_text="kept by the database's trigger", null=True, verbose_name='confidential since'),
        ),
        migrations.AddField(
            model_name='patient',
            name='death_note',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='who told of the death, or why it was taken back'),
        ),
        migrations.AddField(
            model_name='patient',
            name='restricted_at',
            field=models.DateTimeField(blank=True, editable=False, help_text="kept by the database's trigger", null=True, verbose_name='restricted since'),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='confidential_at',
            field=models.DateTimeField(blank=True, editable=False, help_text="kept by the database's trigger", null=True, verbose_name='confidential since'),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='death_note',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='who told of the death, or why it was taken back'),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='restricted_at',
            field=models.DateTimeField(blank=True, editable=False, help_text="kept by the database's trigger", null=True, verbose_name='restricted since'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_patientevent" ("abha_address", "abha_number", "address", "birth_precision", "born_on", "confidential_at", "death_note", "deceased_on", "email", "email_is_shared", "email_suspended_at", "email_suspended_because", "family_name", "given_name", "has_no_email", "id", "language", "location_id", "merged_into_id", "note_for_desk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_digits", "public_id", "record_number", "registered_at", "restricted_at", "search_name", "search_sounds", "sex", "source_key", "version", "wants_check_ins", "wants_reminders", "wants_visit_reminders") VALUES (NEW."abha_address", NEW."abha_number", NEW."address", NEW."birth_precision", NEW."born_on", NEW."confidential_at", NEW."death_note", NEW."deceased_on", NEW."email", NEW."email_is_shared", NEW."email_suspended_at", NEW."email_suspended_because", NEW."family_name", NEW."given_name", NEW."has_no_email", NEW."id", NEW."language", NEW."location_id", NEW."merged_into_id", NEW."note_for_desk", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_digits", NEW."public_id", NEW."record_number", NEW."registered_at", NEW."restricted_at", NEW."search_name", NEW."search_sounds", NEW."sex", NEW."source_key", NEW."version", NEW."wants_check_ins", NEW."wants_reminders", NEW."wants_visit_reminders"); RETURN NULL;', hash='7290915aa60e85ce7252b47a10b017392c3f2102', operation='INSERT', pgid='pgtrigger_insert_insert_62165', table='patients_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_patientevent" ("abha_address", "abha_number", "address", "birth_precision", "born_on", "confidential_at", "death_note", "deceased_on", "email", "email_is_shared", "email_suspended_at", "email_suspended_because", "family_name", "given_name", "has_no_email", "id", "language", "location_id", "merged_into_id", "note_for_desk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_digits", "public_id", "record_number", "registered_at", "restricted_at", "search_name", "search_sounds", "sex", "source_key", "version", "wants_check_ins", "wants_reminders", "wants_visit_reminders") VALUES (NEW."abha_address", NEW."abha_number", NEW."address", NEW."birth_precision", NEW."born_on", NEW."confidential_at", NEW."death_note", NEW."deceased_on", NEW."email", NEW."email_is_shared", NEW."email_suspended_at", NEW."email_suspended_because", NEW."family_name", NEW."given_name", NEW."has_no_email", NEW."id", NEW."language", NEW."location_id", NEW."merged_into_id", NEW."note_for_desk", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_digits", NEW."public_id", NEW."record_number", NEW."registered_at", NEW."restricted_at", NEW."search_name", NEW."search_sounds", NEW."sex", NEW."source_key", NEW."version", NEW."wants_check_ins", NEW."wants_reminders", NEW."wants_visit_reminders"); RETURN NULL;', hash='cbc1e356eed98043dc8d0a78e4ab62f968ed2a5f', operation='UPDATE', pgid='pgtrigger_update_update_546ce', table='patients_patient', when='AFTER')),
        ),
        migrations.AddField(
            model_name='confidant',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='confidence',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by'),
        ),
        migrations.AddField(
            model_name='confidence',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='confidence',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient'),
        ),
        migrations.AddField(
            model_name='opening',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='opening',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient'),
        ),
        migrations.AddField(
            model_name='restriction',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by'),
        ),
        migrations.AddField(
            model_name='restriction',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='restriction',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient'),
        ),
        migrations.AddConstraint(
            model_name='confidant',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('patient', 'person'), name='confidant_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='confidant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='confidant_ended_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='confidence',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('patient',), name='confidence_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='confidence',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='confidence_says_why'),
        ),
        migrations.AddConstraint(
            model_name='confidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='confidence_ended_says_why'),
        ),
        migrations.AddConstraint(
            model_name='confidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='confidence_ended_says_by_whom'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['by', 'until'], name='opening_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='opening_says_why'),
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('at'))), name='opening_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('patient',), name='restriction_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='restriction_says_why'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['erasure_asked', 'consent_withdrawn', 'disputed', 'claim'])), name='restriction_ground_is_known'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='restriction_lifted_says_why'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='restriction_ended_says_by_whom'),
        ),
        LeaveRights(
            ("patients_confidence", "patients_restriction"),
            "SELECT, INSERT, UPDATE (ended_by_id, ended_at, ended_because)",
        ),
        LeaveRights(("patients_confidant",), "SELECT, INSERT, UPDATE (ended_by_id, ended_at)"),
        LeaveRights(("patients_opening",)),
        migrations.RunSQL(*AS_WRITTEN),
    ]
