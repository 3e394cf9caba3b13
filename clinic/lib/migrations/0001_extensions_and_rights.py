"""Extensions every app may use, and the app's role rights on what the owner makes."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from clinic.lib.operations import GrantToAppRole


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = (BtreeGistExtension(), TrigramExtension(), GrantToAppRole())
