"""Links with which staff set a password; requests for one; a version to notice who was quicker."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights

class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_mark_returned_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='PasswordRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('asked_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'request for a new password',
                'verbose_name_plural': 'requests for a new password',
            },
        ),
        migrations.AddField(
            model_name='user',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name='version'),
        ),
        migrations.CreateModel(
            name='StaffLink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('invitation', 'invitation'), ('password', 'new password')], max_length=20, verbose_name='purpose')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_because', models.CharField(blank=True, max_length=40)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'link to set a password',
                'verbose_name_plural': 'links to set a password',
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['invitation', 'password'])), name='staff_link_purpose_is_known'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='staff_link_expires_after_it_was_made'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('revoked_at__isnull', True), _connector='OR'), name='staff_link_ends_once'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True), ('used_at__isnull', True)), fields=('user', 'purpose'), name='staff_link_one_open_of_a_kind')],
            },
        ),
        LeaveRights(("staff_stafflink",), "SELECT, INSERT, UPDATE"),
    ]
