"""The trail only grows: for the app's role by its rights, for everyone by trigger."""

from django.db import migrations

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):
    dependencies = (("audit", "0001_trail"),)
    operations = (
        LeaveRights(("audit_entry",)),
        both_ways(append_only("audit_entry", because="The audit trail only grows.")),
    )
