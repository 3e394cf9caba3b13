"""Who left is switched off, never deleted: the trail names them."""

from django.db import migrations

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):
    dependencies = (("staff", "0001_accounts"),)
    operations = (LeaveRights(("staff_user",), "SELECT, INSERT, UPDATE"),)
