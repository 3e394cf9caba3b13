"""Outcomes: what was estimated, said, set by hand, marked and withdrawn is kept. Rows only grow."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways

ONLY_GROWS = (
    ("treatments_effectestimate", "An estimate stands as computed: the next is a later row."),
    ("treatments_wearoffreport", "A report stands as given: a clinician may withdraw it."),
    ("treatments_windowbyhand", "A window set by hand stands: the next is a later row."),
    ("treatments_scoremark", "A mark on a score stands: a clinician may withdraw it."),
    ("treatments_outcomewithdrawal", "A withdrawal stands as written."),
    ("treatments_flagseen", "What follows from a flag stands as written."),
)


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0004_find_people_by_email_in_any_case'),
        ('treatments', '0012_a_sessions_rows_name_its_preparations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EffectEstimate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('why', models.CharField(choices=[('signed', 'a session was signed'), ('voided', 'a session was voided'), ('scored', 'a score was recorded'), ('reported', 'the patient said it is wearing off'), ('marked', 'a score or report was marked or withdrawn'), ('by_hand', 'set by hand'), ('revised', 'the plan was revised')], max_length=10, verbose_name='why')),
                ('weeks', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='weeks')),
                ('end_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='day it ends')),
                ('low_weeks', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='lowest, weeks')),
                ('high_weeks', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='highest, weeks')),
                ('n', models.PositiveSmallIntegerField(verbose_name='cycles')),
                ('statuses', models.JSONField(default=list, verbose_name='how the cycles ended')),
                ('is_non_responder', models.BooleanField(default=False, verbose_name='no response in two cycles')),
                ('is_shortening', models.BooleanField(default=False, verbose_name='wears off early, twice')),
                ('inputs', models.JSONField(default=dict, verbose_name='what went in')),
                ('computed_at', models.DateTimeField(verbose_name='computed')),
            ],
            options={
                'verbose_name': 'estimate of the effect',
                'verbose_name_plural': 'estimates of the effect',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='FlagSeen',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('flag', models.CharField(choices=[('no_effect', 'No effect in the latest cycle'), ('non_response', 'No response in two cycles in a row'), ('shortening', 'Wears off early, twice in a row')], max_length=14, verbose_name='flag')),
                ('note', models.CharField(max_length=300, verbose_name='what follows')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'flag seen',
                'verbose_name_plural': 'flags seen',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='OutcomeWithdrawal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'withdrawal',
                'verbose_name_plural': 'withdrawals',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ScoreMark',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('flare', 'Flare of pain'), ('new_medicine', 'New medicine'), ('other', 'Something else')], max_length=16, verbose_name='why')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'mark on a score',
                'verbose_name_plural': 'marks on scores',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='WearOffReport',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('told_on', models.DateField(verbose_name='told on')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'report of wearing off',
                'verbose_name_plural': 'reports of wearing off',
                'ordering': ('told_on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='WindowByHand',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('end_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='day after the session')),
                ('interval_value', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='interval')),
                ('interval_unit', models.CharField(blank=True, choices=[('days', 'days'), ('weeks', 'weeks'), ('months', 'months')], max_length=6, verbose_name='unit')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'window set by hand',
                'verbose_name_plural': 'windows set by hand',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.AddField(
            model_name='score',
            name='reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason of the correction'),
        ),
        migrations.AddField(
            model_name='score',
            name='weekly_count',
            field=models.PositiveSmallIntegerField(blank=True, help_text="the days of the week that ended on the score's day, of which the value was made", null=True, verbose_name='days in the week'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('corrects',), name='score_is_corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(('weekly_count__isnull', True), ('weekly_count__lte', 7), _connector='OR'), name='score_week_has_seven_days'),
        ),
        migrations.AddField(
            model_name='effectestimate',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='effectestimate',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.plan', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='effectestimate',
            name='rules',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.rulesversion'),
        ),
        migrations.AddField(
            model_name='effectestimate',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='treatments.injectionsession', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='flagseen',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='flagseen',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags_seen', to='treatments.injectionsession', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='outcomewithdrawal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='outcomewithdrawal',
            name='score',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='treatments.score'),
        ),
        migrations.AddField(
            model_name='scoremark',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scoremark',
            name='score',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='treatments.score', verbose_name='score'),
        ),
        migrations.AddField(
            model_name='outcomewithdrawal',
            name='mark',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='treatments.scoremark'),
        ),
        migrations.AddField(
            model_name='wearoffreport',
            name='by',
            field=models.ForeignKey(blank=True, help_text='empty where the patient said it by link', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken down by'),
        ),
        migrations.AddField(
            model_name='wearoffreport',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wear_off_reports', to='treatments.injectionsession', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='outcomewithdrawal',
            name='report',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='treatments.wearoffreport'),
        ),
        migrations.AddField(
            model_name='windowbyhand',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='windowbyhand',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='windows_by_hand', to='treatments.injectionsession', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='outcomewithdrawal',
            name='window',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='treatments.windowbyhand'),
        ),
        migrations.AddField(
            model_name='effectestimate',
            name='by_hand',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.windowbyhand'),
        ),
        migrations.AddConstraint(
            model_name='flagseen',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='flag_seen_says_what_follows'),
        ),
        migrations.AddConstraint(
            model_name='flagseen',
            constraint=models.CheckConstraint(condition=models.Q(('flag__in', ['no_effect', 'non_response', 'shortening'])), name='flag_seen_is_a_known_flag'),
        ),
        migrations.AddConstraint(
            model_name='scoremark',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='score_mark_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='scoremark',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['flare', 'new_medicine', 'other'])), name='score_mark_has_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='windowbyhand',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='window_by_hand_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='windowbyhand',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_day__gt', 0), ('interval_unit', ''), ('interval_value__isnull', True)), models.Q(('end_day__isnull', True), ('interval_unit__in', ['days', 'weeks', 'months']), ('interval_value__gt', 0)), _connector='OR'), name='window_by_hand_is_a_day_or_an_interval'),
        ),
        migrations.AddConstraint(
            model_name='outcomewithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='outcome_withdrawal_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='outcomewithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mark__isnull', True), ('report__isnull', True), ('score__isnull', False), ('window__isnull', True)), models.Q(('mark__isnull', False), ('report__isnull', True), ('score__isnull', True), ('window__isnull', True)), models.Q(('mark__isnull', True), ('report__isnull', False), ('score__isnull', True), ('window__isnull', True)), models.Q(('mark__isnull', True), ('report__isnull', True), ('score__isnull', True), ('window__isnull', False)), _connector='OR'), name='outcome_withdrawal_is_of_one_thing'),
        ),
        migrations.AddIndex(
            model_name='effectestimate',
            index=models.Index(fields=['plan', '-id'], name='effect_estimate_by_plan'),
        ),
        migrations.AddConstraint(
            model_name='effectestimate',
            constraint=models.CheckConstraint(condition=models.Q(('high_weeks__gte', models.F('weeks')), ('low_weeks__lte', models.F('weeks'))), name='effect_estimate_lies_in_its_range'),
        ),
        migrations.AddConstraint(
            model_name='effectestimate',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['signed', 'voided', 'scored', 'reported', 'marked', 'by_hand', 'revised'])), name='effect_estimate_says_why'),
        ),
        *(both_ways(append_only(table, because=because)) for table, because in ONLY_GROWS),
        LeaveRights(tuple(table for table, _because in ONLY_GROWS)),
    ]
