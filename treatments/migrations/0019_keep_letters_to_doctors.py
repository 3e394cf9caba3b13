"""Letters to other doctors are kept as they were signed: rows are only added."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0018_what_was_given_from_and_despite_stands'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DoctorLetter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('to', models.TextField(help_text='name and address, as they stand on the letter', verbose_name='to')),
                ('text', models.TextField(verbose_name='text')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doctor_letters', to='treatments.injectionsession', verbose_name='session')),
            ],
            options={
                'verbose_name': 'letter to a doctor',
                'verbose_name_plural': 'letters to doctors',
                'ordering': ('-at', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('to', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='doctor_letter_says_something_to_somebody')],
            },
        ),
        both_ways(append_only("treatments_doctorletter", because="A letter stands as signed: write another.")),
        LeaveRights(("treatments_doctorletter",)),
    ]
