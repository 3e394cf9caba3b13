"""A follow-up may be closed because its record is restricted by the law."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0003_who_may_overbook'),
        ('patients', '0014_close_records'),
        ('scheduling', '0021_rows_of_a_merged_record_move'),
        ('treatments', '0025_keep_leaflets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='followup',
            name='follow_up_is_where_its_reason_says',
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason__in', ['', 'minimum_interval', 'visit_cancelled', 'wearing_off']), ('state', 'pending'), ('where', 'letters')), models.Q(('reason__in', ['address_suspended', 'day_has_passed', 'failed', 'no_address', 'no_answer', 'opted_out', 'uncertain', 'visit_gone_by', 'visit_left', 'visit_no_show']), ('state', 'pending'), ('where', 'call_list')), models.Q(('reason__in', ['no_effect', 'plan_paused', 'serious_event']), ('state', 'pending'), ('where', 'clinician_list')), models.Q(('reason__in', ['', 'minimum_interval', 'visit_cancelled', 'wearing_off']), ('state', 'reminded'), ('where', 'letters')), models.Q(('reason__in', ['address_suspended', 'day_has_passed', 'failed', 'no_address', 'no_answer', 'opted_out', 'uncertain', 'visit_gone_by', 'visit_left', 'visit_no_show']), ('state', 'reminded'), ('where', 'call_list')), models.Q(('reason__in', ['no_effect', 'plan_paused', 'serious_event']), ('state', 'reminded'), ('where', 'clinician_list')), models.Q(('reason__in', ['']), ('state', 'booked'), ('where', 'letters')), models.Q(('reason__in', ['visit_too_early']), ('state', 'booked'), ('where', 'call_list')), models.Q(('reason__in', ['plan_paused']), ('state', 'booked'), ('where', 'clinician_list')), models.Q(('reason__in', ['treated']), ('state', 'done'), ('where', 'closed')), models.Q(('reason__in', ['treated']), ('state', 'done_early'), ('where', 'closed')), models.Q(('reason__in', ['will_not_come']), ('state', 'declined'), ('where', 'closed')), models.Q(('reason__in', ['gave_up']), ('state', 'lapsed'), ('where', 'closed')), models.Q(('reason__in', ['deceased', 'merged_away', 'plan_completed', 'plan_stopped', 'restricted', 'session_voided', 'transferred', 'treated_elsewhere']), ('state', 'closed'), ('where', 'closed')), _connector='OR'), name='follow_up_is_where_its_reason_says'),
        ),
    ]
