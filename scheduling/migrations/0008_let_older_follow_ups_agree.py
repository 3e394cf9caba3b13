"""State, who works it and reason are made to agree in rows older than the rule; what a patient said moves beside them."""

from django.db import migrations


def agree(apps, schema_editor):
    rows = apps.get_model("scheduling", "FollowUp").objects
    for row in rows.filter(state="declined").exclude(reason="will_not_come"):
        rows.filter(pk=row.pk).update(said=row.reason[:300] or "-", reason="will_not_come", where="closed")
    rows.filter(state="booked").exclude(where="clinician_list", reason="plan_paused").update(where="letters", reason="")
    rows.filter(state__in=("done", "done_early")).update(where="closed", reason="treated")
    rows.filter(state="closed").update(where="closed")


class Migration(migrations.Migration):
    dependencies = (("scheduling", "0007_say_who_ended_a_follow_up_and_why"),)
    operations = (migrations.RunPython(agree, migrations.RunPython.noop),)
