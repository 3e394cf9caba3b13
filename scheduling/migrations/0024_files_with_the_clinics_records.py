"""Files with the clinic's records: made by a worker, kept in pieces for a day. Rows stay, pieces go."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0003_who_may_overbook'),
        ('scheduling', '0023_wishes_for_a_link'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClinicExport',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form', models.CharField(choices=[('tables', 'Tables'), ('fhir', 'FHIR bundle')], max_length=6, verbose_name='kind')),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('state', models.CharField(choices=[('asked', 'waits'), ('making', 'is being made'), ('ready', 'ready'), ('failed', 'could not be made'), ('gone', 'deleted')], default='asked', max_length=6, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='beginnings')),
                ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='last worked on')),
                ('read', models.PositiveBigIntegerField(default=0, verbose_name='read')),
                ('to_read', models.PositiveBigIntegerField(default=0, verbose_name='to read')),
                ('size_bytes', models.PositiveBigIntegerField(default=0, verbose_name='size')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='kept until')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('locations', models.ManyToManyField(related_name='+', to='locations.location', verbose_name='locations')),
            ],
            options={
                'verbose_name': 'export of the clinic',
                'verbose_name_plural': 'exports of the clinic',
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='ExportPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='scheduling.clinicexport')),
            ],
            options={
                'verbose_name': 'piece of an export',
                'verbose_name_plural': 'pieces of exports',
                'ordering': ('number',),
            },
        ),
        migrations.AddConstraint(
            model_name='clinicexport',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['tables', 'fhir']), ('state__in', ['asked', 'making', 'ready', 'failed', 'gone'])), name='clinic_export_kind_and_state_are_known'),
        ),
        migrations.AddConstraint(
            model_name='clinicexport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'making'), _negated=True), ('seen_at__isnull', False), _connector='OR'), name='clinic_export_being_made_was_seen'),
        ),
        migrations.AddConstraint(
            model_name='clinicexport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('expires_at__isnull', False), _connector='OR'), name='clinic_export_ready_says_until_when'),
        ),
        migrations.AddConstraint(
            model_name='clinicexport',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'making'))), fields=('asked_by',), name='clinic_export_one_a_person_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='clinicexport',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'making')), fields=('state',), name='clinic_export_one_made_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='exportpiece',
            constraint=models.UniqueConstraint(fields=('export', 'number'), name='export_piece_once_a_number'),
        ),
        LeaveRights(("scheduling_clinicexport",), "SELECT, INSERT, UPDATE"),
        LeaveRights(("scheduling_exportpiece",), "SELECT, INSERT, DELETE"),
        LeaveRights(("scheduling_clinicexport_locations",)),
    ]
