"""The rows that name an event's sites are a model of their own: deleting a draft's site no longer looks into them.

Only Django's idea of the table changes: it may not be deleted from, and a plain many-to-many field would try.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0021_keep_revisions_and_discarded_drafts'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='EventSite',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('entry', models.ForeignKey(db_column='evententry_id', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.evententry')),
                        ('site', models.ForeignKey(db_column='sessionsite_id', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='treatments.sessionsite')),
                    ],
                    options={
                        'db_table': 'treatments_evententry_sites',
                        'unique_together': {('entry', 'site')},
                    },
                ),
                migrations.AlterField(
                    model_name='evententry',
                    name='sites',
                    field=models.ManyToManyField(blank=True, related_name='+', through='treatments.EventSite', to='treatments.sessionsite', verbose_name='sites'),
                ),
            ],
        ),
    ]
