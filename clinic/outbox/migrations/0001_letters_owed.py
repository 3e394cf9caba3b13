"""The letters the clinic owes."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('lib', '0001_extensions_and_rights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='part')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('started_at', models.DateTimeField(verbose_name='since')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='released by')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='held by')),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('ended_at__isnull', True)), name='hold_is_one_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='hold_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('letter', models.SlugField(db_index=False, max_length=60, verbose_name='letter')),
                ('about_type', models.CharField(max_length=60, verbose_name='about')),
                ('about_public_id', models.UUIDField(verbose_name='about')),
                ('edition', models.CharField(blank=True, help_text='Appointment sequence, follow-up cycle, or a named resend.', max_length=80, verbose_name='edition')),
                ('step', models.CharField(blank=True, max_length=40, verbose_name='step')),
                ('channel', models.CharField(choices=[('email', 'e-mail')], default='email', max_length=10, verbose_name='channel')),
                ('person_public_id', models.UUIDField(verbose_name='person')),
                ('priority', models.PositiveSmallIntegerField(default=5, help_text='0 goes first, 9 last.', verbose_name='priority')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('sending', 'on its way out'), ('sent', 'sent'), ('withdrawn', 'withdrawn'), ('lapsed', 'too late'), ('failed', 'failed'), ('uncertain', 'uncertain'), ('held', 'held back')], default='queued', max_length=10, verbose_name='state')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('not_after', models.DateTimeField(blank=True, null=True, verbose_name='useful until')),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='attempt')),
                ('max_attempts', models.PositiveSmallIntegerField(default=12, verbose_name='attempts allowed')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='lease until')),
                ('claimed_by', models.CharField(blank=True, max_length=120, verbose_name='claimed by')),
                ('handing_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handing over since')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('reason', models.SlugField(blank=True, db_index=False, max_length=60, verbose_name='reason')),
                ('reason_text', models.CharField(blank=True, max_length=300, verbose_name='reason in words')),
                ('where', models.SlugField(blank=True, db_index=False, max_length=40, verbose_name='where instead')),
                ('last_error', models.CharField(blank=True, help_text='Class and code only, never what the server said.', max_length=120, verbose_name='last error')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('message_id', models.CharField(blank=True, max_length=320, verbose_name='Message-ID')),
                ('subject_sent', models.CharField(blank=True, max_length=400, verbose_name='subject')),
                ('text_sent', models.TextField(blank=True, verbose_name='text, links redacted')),
                ('html_sent', models.TextField(blank=True, verbose_name='HTML, links redacted')),
                ('resend_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.letter', verbose_name='resend of')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='letter_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='letter_leased'), models.Index(condition=models.Q(('state__in', ['failed', 'uncertain'])), fields=['ended_at'], name='letter_for_a_person'), models.Index(fields=['about_public_id'], name='letter_by_thing'), models.Index(fields=['person_public_id', '-due_at'], name='letter_by_person'), models.Index(fields=['-due_at', '-id'], name='letter_newest_first')],
                'constraints': [models.UniqueConstraint(fields=('letter', 'about_type', 'about_public_id', 'edition', 'step', 'channel', 'person_public_id'), name='letter_owed_once'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'sent', 'withdrawn', 'lapsed', 'failed', 'uncertain', 'held'])), name='letter_state_is_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['email'])), name='letter_channel_is_known'), models.CheckConstraint(condition=models.Q(('letter', ''), _negated=True), name='letter_has_a_kind'), models.CheckConstraint(condition=models.Q(('about_type', ''), _negated=True), name='letter_is_about_something'), models.CheckConstraint(condition=models.Q(('priority__lte', 9)), name='letter_priority_is_0_to_9'), models.CheckConstraint(condition=models.Q(('attempt__lte', models.F('max_attempts'))), name='letter_attempts_are_capped'), models.CheckConstraint(condition=models.Q(models.Q(('attempt__gte', 1), ('lease_until__isnull', False), ('state', 'sending'), models.Q(('claimed_by', ''), _negated=True)), models.Q(models.Q(('state', 'sending'), _negated=True), ('claimed_by', ''), ('lease_until__isnull', True)), _connector='OR'), name='letter_has_a_lease_while_sending'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='letter_has_sent_at_when_sent'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['failed', 'lapsed', 'sent', 'uncertain', 'withdrawn'])), models.Q(models.Q(('state__in', ['failed', 'lapsed', 'sent', 'uncertain', 'withdrawn']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='letter_has_ended_at_when_ended'), models.CheckConstraint(condition=models.Q(('state__in', ['sending', 'failed']), models.Q(('handing_over_at__isnull', False), ('state__in', ['sent', 'uncertain'])), models.Q(('handing_over_at__isnull', True), ('state__in', ['queued', 'held', 'withdrawn', 'lapsed'])), _connector='OR'), name='letter_was_handed_over_when_its_state_says_so'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['withdrawn', 'lapsed', 'failed', 'uncertain']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='letter_that_did_not_go_has_a_reason')],
            },
        ),
    ]
