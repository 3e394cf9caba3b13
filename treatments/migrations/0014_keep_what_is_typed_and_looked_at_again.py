"""What is typed waits beside a consultation until it is saved; what is written after a signature only grows."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only, frozen_with_parent
from clinic.lib.operations import LeaveRights, both_ways


GROWS = (
    ("treatments_consultationaddendum", "An addendum stands as written."),
    ("treatments_goalreview", "A review stands: a later look is a later row."),
    ("treatments_strategyreview", "A review stands: a later look is a later row."),
    ("treatments_questionanswer", "An answer stands as given."),
    ("treatments_toxinelsewhere", "Toxin given elsewhere stands as written: a correction is a row."),
)


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0004_find_people_by_email_in_any_case'),
        ('treatments', '0013_keep_what_was_estimated'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StrategyReview',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reviewed_on', models.DateField(verbose_name='on')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('is_kept_up', models.BooleanField(verbose_name='kept up')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.consultation')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.injectionsession')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='treatments.strategy')),
            ],
            options={
                'verbose_name': 'review of a strategy',
                'verbose_name_plural': 'reviews of strategies',
                'ordering': ('reviewed_on', 'id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TypedConsultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fields', models.JSONField(default=dict, verbose_name='as typed')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='typed', to='treatments.consultation')),
            ],
            options={
                'verbose_name': 'typed consultation',
                'verbose_name_plural': 'typed consultations',
            },
        ),
        migrations.CreateModel(
            name='ConsultationAddendum',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField(verbose_name='text')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='treatments.consultation')),
            ],
            options={
                'verbose_name': 'addendum to a consultation',
                'verbose_name_plural': 'addenda to consultations',
                'ordering': ('at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='consultation_addendum_says_something')],
            },
        ),
        migrations.CreateModel(
            name='GoalReview',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reviewed_on', models.DateField(verbose_name='on')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('outcome', models.CharField(choices=[('met', 'Met'), ('partly', 'Partly'), ('not_met', 'Not met')], max_length=10, verbose_name='outcome')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.consultation')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='treatments.goal')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.injectionsession')),
            ],
            options={
                'verbose_name': 'review of a goal',
                'verbose_name_plural': 'reviews of goals',
                'ordering': ('reviewed_on', 'id'),
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['met', 'partly', 'not_met'])), name='goal_review_has_a_known_outcome')],
            },
        ),
        migrations.CreateModel(
            name='QuestionAnswer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField(verbose_name='answer')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('intake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.intake')),
            ],
            options={
                'verbose_name': 'answer to a question',
                'verbose_name_plural': 'answers to questions',
                'ordering': ('at', 'id'),
                'constraints': [models.UniqueConstraint(fields=('intake',), name='question_answered_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='question_answer_says_something')],
            },
        ),
        migrations.CreateModel(
            name='ToxinElsewhere',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('given_on', models.DateField(verbose_name='given on')),
                ('precision', models.CharField(choices=[('day', 'The day'), ('month', 'The month'), ('year', 'The year')], max_length=5, verbose_name='what is known of the date')),
                ('units', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='units')),
                ('clinic', models.CharField(blank=True, max_length=200, verbose_name='where')),
                ('region', models.CharField(blank=True, max_length=200, verbose_name='region treated')),
                ('said_by', models.CharField(choices=[('patient', 'The patient'), ('relative', 'A relative'), ('other_clinic', 'The other clinic'), ('paper', 'A letter or card that was seen')], max_length=12, verbose_name='who said so')),
                ('is_withdrawn', models.BooleanField(default=False, verbose_name='withdrawn')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.productversion', verbose_name='product')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='treatments.toxinelsewhere', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'toxin given elsewhere',
                'verbose_name_plural': 'toxin given elsewhere',
                'ordering': ('-given_on', '-id'),
                'indexes': [models.Index(fields=['patient', '-given_on'], name='toxin_elsewhere_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('precision', 'day'), models.Q(('given_on__day', 1), ('precision', 'month')), models.Q(('given_on__day', 1), ('given_on__month', 1), ('precision', 'year')), _connector='OR'), name='toxin_elsewhere_begins_what_is_known'), models.CheckConstraint(condition=models.Q(('units__isnull', True), ('units__gt', 0), _connector='OR'), name='toxin_elsewhere_units_above_zero'), models.CheckConstraint(condition=models.Q(models.Q(('is_withdrawn', False), ('replaces__isnull', True)), models.Q(('replaces__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='toxin_elsewhere_change_has_a_reason')],
            },
        ),
        *(both_ways(append_only(table, because=because)) for table, because in GROWS),
        both_ways(
            frozen_with_parent(
                "treatments_typedconsultation",
                parent="treatments_consultation",
                column="consultation_id",
                because="A signed consultation is frozen.",
            )
        ),
        LeaveRights(tuple(table for table, _because in GROWS)),
    ]
