"""The state of a location says which public holidays are offered as closed days."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='location',
            name='holiday_state',
            field=models.CharField(blank=True, help_text='Says which public holidays are offered as closed days.', max_length=8, verbose_name='state'),
        ),
    ]
