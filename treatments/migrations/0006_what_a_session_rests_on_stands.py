"""What was made up, and what a version of the catalogue said, are part of what was signed: neither is written anew."""

from django.db import migrations

from clinic.lib.operations import LeaveRights

KINDS = ("product", "condition", "muscle", "protocol", "instrument", "screening", "rules")


class Migration(migrations.Migration):
    dependencies = (("treatments", "0005_keep_counts_of_an_assessment"),)
    operations = (
        LeaveRights(("treatments_preparation", "treatments_preparationvial")),
        LeaveRights(
            tuple(f"treatments_{kind}version" for kind in KINDS),
            "SELECT, INSERT, UPDATE (superseded_at, edited_by_id)",
        ),
    )
