"""The weekly hours around a visit are found by clinician, location and weekday."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0002_state_of_public_holidays'),
        ('scheduling', '0017_waiting_list'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='providerhours',
            index=models.Index(fields=['clinician', 'location', 'weekday'], name='hours_by_weekday'),
        ),
    ]
