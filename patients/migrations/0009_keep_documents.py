"""Documents of patients: what they are, and their bytes in pieces that are only ever added."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways

ADDED = "A document stands as it was taken in: another one is added, and this one withdrawn."
BYTES = ("patients_documentfile", "patients_documentpiece", "patients_documentthumbnail")
# Pictures and PDFs are packed already: the database does not try to press them smaller, and finds a piece at once.
UNPACKED = """
    ALTER TABLE patients_documentpiece ALTER COLUMN content SET STORAGE EXTERNAL;
    ALTER TABLE patients_documentthumbnail ALTER COLUMN content SET STORAGE EXTERNAL;
"""
PACKED = UNPACKED.replace("EXTERNAL", "EXTENDED")


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0008_two_records_of_one_person'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentFile',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('name_said', models.CharField(help_text='as it was sent, made safe to show', max_length=120, verbose_name='name')),
                ('media_type', models.CharField(choices=[('image/jpeg', 'Picture'), ('application/pdf', 'PDF')], max_length=20, verbose_name='form')),
                ('page_count', models.PositiveSmallIntegerField(verbose_name='pages')),
                ('width', models.PositiveIntegerField(help_text='of the first page: points of a picture or a PDF', verbose_name='width')),
                ('height', models.PositiveIntegerField(verbose_name='height')),
                ('byte_count', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('sha256_sent', models.CharField(max_length=64, verbose_name='SHA-256 as it was sent')),
            ],
            options={
                'verbose_name': 'file of a document',
                'verbose_name_plural': 'files of documents',
                'ordering': ('document', 'position'),
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('referral', 'Referral letter'), ('report', 'Report'), ('imaging', 'Imaging'), ('photo', 'Photo of a site'), ('consent', 'Consent on paper'), ('office', 'Insurance or identity paper'), ('other', 'Other')], max_length=10, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('dated_on', models.DateField(blank=True, help_text='as written on it', null=True, verbose_name='dated')),
                ('about_public_id', models.UUIDField(blank=True, help_text='the session, plan or intake it is of', null=True)),
                ('page_count', models.PositiveSmallIntegerField(verbose_name='pages')),
                ('byte_count', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('withdrawn_because', models.CharField(blank=True, choices=[('wrong_patient', "It is another patient's"), ('twice', 'It is here twice'), ('unreadable', 'It cannot be read'), ('other', 'Another reason')], default='', max_length=20, verbose_name='why it was withdrawn')),
                ('withdrawn_note', models.CharField(blank=True, default='', max_length=200, verbose_name='about that')),
                ('added_by', models.ForeignKey(blank=True, help_text='empty where the patient sent it by link', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='patients.patient', verbose_name='patient')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ('-added_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='DocumentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('referral', 'Referral letter'), ('report', 'Report'), ('imaging', 'Imaging'), ('photo', 'Photo of a site'), ('consent', 'Consent on paper'), ('office', 'Insurance or identity paper'), ('other', 'Other')], max_length=10, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('dated_on', models.DateField(blank=True, help_text='as written on it', null=True, verbose_name='dated')),
                ('about_public_id', models.UUIDField(blank=True, help_text='the session, plan or intake it is of', null=True)),
                ('page_count', models.PositiveSmallIntegerField(verbose_name='pages')),
                ('byte_count', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('withdrawn_because', models.CharField(blank=True, choices=[('wrong_patient', "It is another patient's"), ('twice', 'It is here twice'), ('unreadable', 'It cannot be read'), ('other', 'Another reason')], default='', max_length=20, verbose_name='why it was withdrawn')),
                ('withdrawn_note', models.CharField(blank=True, default='', max_length=200, verbose_name='about that')),
                ('added_by', models.ForeignKey(blank=True, db_constraint=False, help_text='empty where the patient sent it by link', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('patient', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient', verbose_name='patient')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.document')),
                ('withdrawn_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DocumentThumbnail',
            fields=[
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='thumbnail', serialize=False, to='patients.documentfile')),
                ('content', models.BinaryField()),
            ],
            options={
                'verbose_name': 'small picture of a file',
                'verbose_name_plural': 'small pictures of files',
            },
        ),
        migrations.AddField(
            model_name='documentfile',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='patients.document'),
        ),
        migrations.CreateModel(
            name='DocumentPiece',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.BinaryField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='patients.documentfile')),
            ],
            options={
                'verbose_name': 'piece of a file',
                'verbose_name_plural': 'pieces of files',
                'ordering': ('file', 'number'),
            },
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['patient', '-added_at', '-id'], name='document_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['referral', 'report', 'imaging', 'photo', 'consent', 'office', 'other'])), name='document_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('byte_count__gt', 0), ('page_count__gt', 0)), name='document_has_something_on_it'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_because', ''), ('withdrawn_by__isnull', True), ('withdrawn_note', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_because__in', ['wrong_patient', 'twice', 'unreadable', 'other']), ('withdrawn_by__isnull', False)), _connector='OR'), name='document_withdrawn_says_by_whom_and_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_documentevent" ("about_public_id", "added_at", "added_by_id", "byte_count", "dated_on", "id", "kind", "page_count", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "title", "withdrawn_at", "withdrawn_because", "withdrawn_by_id", "withdrawn_note") VALUES (NEW."about_public_id", NEW."added_at", NEW."added_by_id", NEW."byte_count", NEW."dated_on", NEW."id", NEW."kind", NEW."page_count", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."title", NEW."withdrawn_at", NEW."withdrawn_because", NEW."withdrawn_by_id", NEW."withdrawn_note"); RETURN NULL;', hash='3c55476db55422a64da057fecce22f8e8ac1615a', operation='INSERT', pgid='pgtrigger_insert_insert_cf67c', table='patients_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_documentevent" ("about_public_id", "added_at", "added_by_id", "byte_count", "dated_on", "id", "kind", "page_count", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "title", "withdrawn_at", "withdrawn_because", "withdrawn_by_id", "withdrawn_note") VALUES (NEW."about_public_id", NEW."added_at", NEW."added_by_id", NEW."byte_count", NEW."dated_on", NEW."id", NEW."kind", NEW."page_count", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."title", NEW."withdrawn_at", NEW."withdrawn_because", NEW."withdrawn_by_id", NEW."withdrawn_note"); RETURN NULL;', hash='b5126484ea2e572656cd1a87d12ca3ebf62600e1', operation='UPDATE', pgid='pgtrigger_update_update_6a984', table='patients_document', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='documentfile',
            constraint=models.UniqueConstraint(fields=('document', 'position'), name='document_file_once_a_position'),
        ),
        migrations.AddConstraint(
            model_name='documentfile',
            constraint=models.CheckConstraint(condition=models.Q(('media_type__in', ['image/jpeg', 'application/pdf'])), name='document_file_is_a_picture_or_a_pdf'),
        ),
        migrations.AddConstraint(
            model_name='documentfile',
            constraint=models.CheckConstraint(condition=models.Q(('byte_count__gt', 0), ('height__gt', 0), ('page_count__gt', 0), ('width__gt', 0)), name='document_file_has_something_on_it'),
        ),
        migrations.AddConstraint(
            model_name='documentfile',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('sha256_sent__regex', '^[0-9a-f]{64}$')), name='document_file_names_its_bytes'),
        ),
        migrations.AddConstraint(
            model_name='documentpiece',
            constraint=models.UniqueConstraint(fields=('file', 'number'), name='document_piece_once_a_number'),
        ),
        migrations.RunSQL(UNPACKED, PACKED),
        *(both_ways(append_only(table, because=ADDED)) for table in BYTES),
        LeaveRights((*BYTES, "patients_documentevent")),
        LeaveRights(
            ("patients_document",),
            "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id, withdrawn_because, withdrawn_note)",
        ),
    ]
