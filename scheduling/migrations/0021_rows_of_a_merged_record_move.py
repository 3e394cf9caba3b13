"""A call changes its person by a merge alone; a row of the calendar and the row it names are of one person."""

from django.db import migrations

from clinic.lib.db import append_only, but_for_merges, of_one_patient, patient_is_part_of_the_key
from clinic.lib.operations import both_ways

CALL = append_only("scheduling_call", because="A call stands as written: a mistake is taken back.")
NAMED = ("scheduling_followup", "scheduling_appointment")
TIED = (
    ("scheduling_followup", "plan_id", "treatments_plan"),
    ("scheduling_followup", "session_id", "treatments_injectionsession"),
    ("scheduling_appointment", "session_id", "treatments_injectionsession"),
    ("scheduling_appointment", "consultation_id", "treatments_consultation"),
    ("scheduling_appointment", "follow_up_id", "scheduling_followup"),
    ("scheduling_call", "follow_up_id", "scheduling_followup"),
    ("scheduling_waitingentry", "visit_id", "scheduling_appointment"),
)


class Migration(migrations.Migration):
    dependencies = (
        ("scheduling", "0020_book_without_a_link"),
        ("treatments", "0026_signed_rows_move_by_a_merge"),
    )

    operations = (
        both_ways(but_for_merges(CALL)),
        *(both_ways(patient_is_part_of_the_key(table)) for table in NAMED),
        *(both_ways(of_one_patient(*tie)) for tie in TIED),
    )
