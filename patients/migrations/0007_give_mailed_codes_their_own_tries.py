"""A mailed code is a row with its own tries, and a link remembers the address it was made for."""

import django.db.models.deletion
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0006_find_people_by_ear_and_birth'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='accesslink',
            name='code_expires_at',
        ),
        migrations.RemoveField(
            model_name='accesslink',
            name='code_hash',
        ),
        migrations.RemoveField(
            model_name='accesslink',
            name='codes_sent',
        ),
        migrations.AddField(
            model_name='accesslink',
            name='sent_to',
            field=models.CharField(blank=True, db_default='', default='', help_text='the address it was made for, hashed', max_length=64),
        ),
        migrations.AlterField(
            model_name='accesslink',
            name='failed_checks',
            field=models.PositiveSmallIntegerField(default=0, help_text='wrong dates of birth typed'),
        ),
        migrations.CreateModel(
            name='LinkCode',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('code_hash', models.CharField(blank=True, max_length=64)),
                ('sent_to', models.CharField(blank=True, help_text='the address, hashed', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('wrong_tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='patients.accesslink')),
            ],
            options={
                'verbose_name': 'mailed code',
                'verbose_name_plural': 'mailed codes',
                'indexes': [models.Index(fields=['sent_to', 'made_at'], name='link_code_by_mailbox')],
                'constraints': [models.UniqueConstraint(fields=('link', 'number'), name='link_code_has_its_own_number'), models.CheckConstraint(condition=models.Q(('wrong_tries__lte', 5)), name='link_code_is_tried_five_times_at_most'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), models.Q(('code_hash', ''), _negated=True), _connector='OR'), name='link_code_used_was_mailed')],
            },
        ),
        LeaveRights(('patients_linkcode',), 'SELECT, INSERT, UPDATE'),
        migrations.RunSQL(
            """
            UPDATE patients_accesslink AS link
            SET sent_to = encode(sha256(convert_to(lower(patient.email), 'UTF8')), 'hex')
            FROM patients_patient AS patient
            WHERE patient.id = link.patient_id AND patient.email <> '' AND link.revoked_at IS NULL
            """,
            migrations.RunSQL.noop,
        ),
    ]
