"""Addresses at which a clinician's calendar program reads when they are busy; none is ever deleted."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0013_say_what_a_press_asked_for'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_under', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('last_read_at', models.DateTimeField(blank=True, help_text='To the hour.', null=True, verbose_name='last read')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped')),
                ('stopped_because', models.CharField(blank=True, choices=[('replaced', 'a new one was made'), ('stopped', 'stopped')], max_length=10, verbose_name='why')),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
                'ordering': ('-made_at', '-id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('clinician',), name='calendar_feed_one_a_clinician'), models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('stopped_because', '')), models.Q(('stopped_at__isnull', False), ('stopped_because__in', ['replaced', 'stopped'])), _connector='OR'), name='calendar_feed_stopped_has_its_reason')],
            },
        ),
        LeaveRights(("scheduling_calendarfeed",), "SELECT, INSERT, UPDATE"),
    ]
