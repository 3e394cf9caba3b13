"""Appointments and follow-ups are never deleted, and their history only grows."""

from django.db import migrations

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):
    dependencies = (("scheduling", "0002_calendar_links"),)
    operations = (
        LeaveRights(("scheduling_appointmentevent", "scheduling_followupevent")),
        LeaveRights(("scheduling_appointment", "scheduling_followup"), "SELECT, INSERT, UPDATE"),
    )
