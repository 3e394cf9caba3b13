"""Find the letters that could not go before their time by an index: every staff page counts them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0005_sent_letters_and_past_holds_stand'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('state', 'lapsed')), fields=['not_after'], name='letter_too_late'),
        ),
    ]
