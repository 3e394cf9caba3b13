"""A location names who answers questions and complaints about personal data: the notice must say it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0003_who_may_overbook'),
    ]

    operations = [
        migrations.AddField(
            model_name='location',
            name='privacy_contact',
            field=models.CharField(blank=True, db_default='', default='', help_text='Name and phone or e-mail of who answers questions and complaints; stands in the notice.', max_length=200, verbose_name='contact for personal data'),
        ),
    ]
