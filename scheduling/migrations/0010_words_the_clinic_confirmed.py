"""What the clinic read and confirmed of the words it sends: rows that only grow."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0009_refuse_a_follow_up_that_is_nowhere'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WordingReview',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('letter', models.SlugField(max_length=60, verbose_name='letter')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('wording_hash', models.CharField(max_length=64)),
                ('confirmed_at', models.DateTimeField(verbose_name='confirmed')),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'confirmed wording',
                'verbose_name_plural': 'confirmed wordings',
                'ordering': ('letter', 'language', '-confirmed_at'),
                'constraints': [models.UniqueConstraint(fields=('letter', 'language', 'wording_hash'), name='wording_confirmed_once')],
            },
        ),
        both_ways(append_only("scheduling_wordingreview", because="Confirmed words stay confirmed: others are read anew.")),
        LeaveRights(("scheduling_wordingreview",)),
    ]
