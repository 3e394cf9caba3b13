"""Whoever looked at a record before it was merged writes nothing more in it: the database refuses the row."""

from django.db import migrations

from clinic.lib.db import no_rows_of_the_merged
from clinic.lib.operations import both_ways

TABLES = (
    "treatments_adverseevent",
    "treatments_consultation",
    "treatments_injectionsession",
    "treatments_plan",
    "treatments_recallcontact",
    "treatments_score",
    "treatments_symptomreport",
    "treatments_toxinelsewhere",
)


class Migration(migrations.Migration):
    dependencies = (
        ("patients", "0018_merged_records_take_no_rows"),
        ("treatments", "0026_signed_rows_move_by_a_merge"),
    )

    operations = tuple(both_ways(no_rows_of_the_merged(table)) for table in TABLES)
