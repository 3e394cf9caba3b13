"""What a patient asks us to correct is kept as it was written; only its answer is added."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0015_consents_are_signed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('part', models.CharField(choices=[('name', 'Name'), ('birth', 'Date of birth'), ('contact', 'Phone, e-mail or postal address'), ('visits', 'Visits'), ('answers', 'Answers in a form'), ('record', 'What was written about the care'), ('other', 'Something else')], max_length=10, verbose_name='what is wrong')),
                ('words', models.TextField(verbose_name='what it should say')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('is_accepted', models.BooleanField(blank=True, null=True, verbose_name='corrected')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient')),
            ],
            options={
                'verbose_name': 'request for correction',
                'verbose_name_plural': 'requests for correction',
                'ordering': ('asked_at', 'id'),
                'indexes': [models.Index(fields=['patient', '-asked_at'], name='correction_by_patient'), models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['asked_at'], name='correction_to_answer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='correction_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('is_accepted__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('is_accepted__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='correction_is_answered_whole_with_a_reason'), models.CheckConstraint(condition=models.Q(('part__in', ['name', 'birth', 'contact', 'visits', 'answers', 'record', 'other'])), name='correction_is_of_a_known_part')],
            },
        ),
        LeaveRights(
            ('patients_correctionrequest',),
            'SELECT, INSERT, UPDATE (answered_at, answered_by_id, is_accepted, answer)',
        ),
    ]
