"""A location says whether its front desk may book over what is there already."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0002_state_of_public_holidays'),
    ]

    operations = [
        migrations.AddField(
            model_name='location',
            name='desk_overbooks',
            field=models.BooleanField(default=True, help_text='With a reason. Clinicians and managers always may; patients never.', verbose_name='the front desk may overbook'),
        ),
    ]
