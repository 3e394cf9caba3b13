"""Somebody asks on a public page for the link to their own page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0003_who_may_overbook'),
        ('scheduling', '0022_follow_ups_of_restricted_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageWish',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location')),
            ],
            options={
                'verbose_name': "wish for a link to one's own page",
                'verbose_name_plural': "wishes for links to one's own page",
            },
        ),
    ]
