"""An account says whether letters to its address came back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0002_nobody_is_deleted'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='email_returned_at',
            field=models.DateTimeField(blank=True, help_text='Since then the address is known not to work.', null=True, verbose_name='letters came back'),
        ),
    ]
