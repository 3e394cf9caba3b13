"""The right to delete from the join of events and sites goes again: since 0022 no deed of the app asks for it."""

from django.db import migrations

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0022_an_event_leaves_drafts_alone'),
    ]

    operations = [
        LeaveRights(("treatments_evententry_sites",)),
    ]
