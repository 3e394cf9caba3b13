"""What is signed or only grows changes its person by a merge alone; a row and the row it names are of one person."""

from django.db import migrations

from clinic.lib.db import append_only, but_for_merges, frozen_once_signed, of_one_patient, patient_is_part_of_the_key
from clinic.lib.operations import both_ways

FROZEN = (
    ("treatments_injectionsession", "A signed session is frozen: add an addendum or void it."),
    ("treatments_consultation", "A signed consultation is frozen."),
)
GROWS = (
    ("treatments_score", "A score stands: a correction is a later row."),
    ("treatments_recallcontact", "A contact stands as written: a correction is another."),
    ("treatments_toxinelsewhere", "Toxin given elsewhere stands as written: a correction is a row."),
    ("treatments_symptomreport", "A report stands as it was told."),
    ("treatments_adverseevent", "An adverse event stands as written: a correction is a later entry."),
)
NAMED = (
    "treatments_consultation",
    "treatments_plan",
    "treatments_injectionsession",
    "treatments_symptomreport",
    "treatments_score",
    "treatments_toxinelsewhere",
)
TIED = (
    ("treatments_consultation", "intake_id", "patients_intake"),
    ("treatments_plan", "consultation_id", "treatments_consultation"),
    ("treatments_injectionsession", "plan_id", "treatments_plan"),
    ("treatments_score", "plan_id", "treatments_plan"),
    ("treatments_score", "consultation_id", "treatments_consultation"),
    ("treatments_score", "corrects_id", "treatments_score"),
    ("treatments_symptomreport", "session_id", "treatments_injectionsession"),
    ("treatments_adverseevent", "session_id", "treatments_injectionsession"),
    ("treatments_adverseevent", "report_id", "treatments_symptomreport"),
    ("treatments_toxinelsewhere", "replaces_id", "treatments_toxinelsewhere"),
)


class Migration(migrations.Migration):
    dependencies = (
        ("patients", "0008_two_records_of_one_person"),
        ("treatments", "0025_keep_leaflets"),
    )

    operations = (
        *(both_ways(but_for_merges(frozen_once_signed(table, because=because))) for table, because in FROZEN),
        *(both_ways(but_for_merges(append_only(table, because=because))) for table, because in GROWS),
        *(both_ways(patient_is_part_of_the_key(table)) for table in NAMED),
        *(both_ways(of_one_patient(*tie)) for tie in TIED),
    )
