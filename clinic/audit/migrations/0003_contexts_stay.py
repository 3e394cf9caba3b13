"""Who changed a row, and from which page, is part of its history: the app's role takes no context away."""

from django.db import migrations

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):
    dependencies = (("audit", "0002_append_only"), ("pghistory", "0007_auto_20250421_0444"))
    operations = (LeaveRights(("pghistory_context",), "SELECT, INSERT, UPDATE"),)
