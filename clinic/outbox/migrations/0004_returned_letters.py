"""Letters that came back: which, how, and the mark of the address they went to. Facts that only grow."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0003_one_letter_a_day_and_a_pace'),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='sent_to',
            field=models.CharField(blank=True, db_default='', default='', help_text='An HMAC, never the address.', max_length=64, verbose_name='mark of the address'),
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('hard', 'no such mailbox'), ('soft', 'did not get through'), ('delayed', 'is late'), ('complaint', 'marked as unwanted')], max_length=10, verbose_name='kind')),
                ('status', models.CharField(blank=True, max_length=11, verbose_name='status code')),
                ('is_proven', models.BooleanField(verbose_name='names the address the letter went to')),
                ('sent_to', models.CharField(blank=True, max_length=64, verbose_name='mark of the address')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='which mail it was')),
                ('read_at', models.DateTimeField(verbose_name='read')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bounces', to='outbox.letter', verbose_name='letter')),
            ],
            options={
                'verbose_name': 'bounce',
                'verbose_name_plural': 'bounces',
                'indexes': [models.Index(fields=['-read_at'], name='bounce_newest_first'), models.Index(condition=models.Q(('is_proven', True)), fields=['sent_to', '-read_at'], name='bounce_by_address')],
                'constraints': [models.UniqueConstraint(fields=('letter', 'fingerprint'), name='bounce_is_read_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['hard', 'soft', 'delayed', 'complaint'])), name='bounce_kind_is_known')],
            },
        ),
        LeaveRights(("outbox_bounce",)),
        both_ways(append_only("outbox_bounce", because="A letter that came back did: its row stands.")),
    ]
