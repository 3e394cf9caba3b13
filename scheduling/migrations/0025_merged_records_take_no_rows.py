"""Whoever looked at a record before it was merged writes nothing more in it: the database refuses the row."""

from django.db import migrations

from clinic.lib.db import no_rows_of_the_merged
from clinic.lib.operations import both_ways

TABLES = (
    "scheduling_appointment",
    "scheduling_call",
    "scheduling_followup",
    "scheduling_waitingentry",
)


class Migration(migrations.Migration):
    dependencies = (
        ("patients", "0018_merged_records_take_no_rows"),
        ("scheduling", "0024_files_with_the_clinics_records"),
    )

    operations = tuple(both_ways(no_rows_of_the_merged(table)) for table in TABLES)
