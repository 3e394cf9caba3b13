"""Links wait after wrong answers; published questions and wordings only grow."""

from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways


class Migration(migrations.Migration):
    dependencies = (("patients", "0002_consents_and_history_only_grow"),)
    operations = (
        migrations.AddField(
            "accesslink",
            "codes_sent",
            models.PositiveSmallIntegerField(default=0, help_text=_("the number of the newest code mailed")),
        ),
        migrations.AddField(
            "accesslink",
            "waits_until",
            models.DateTimeField(blank=True, help_text=_("closed after too many wrong answers"), null=True),
        ),
        migrations.AlterField("questionnaire", "loaded_at", models.DateTimeField(verbose_name=_("loaded"))),
        LeaveRights(("patients_questionnaire", "patients_consenttext")),
        both_ways(append_only("patients_questionnaire", because="Questions that were asked stand: a change is a new version.")),
        both_ways(append_only("patients_consenttext", because="Words that were agreed to stand: a change is a new version.")),
    )
