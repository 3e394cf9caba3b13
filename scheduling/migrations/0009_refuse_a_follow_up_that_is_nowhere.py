"""State, who works it and reason agree, for every writer; who gave a patient up is named, with what was said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("scheduling", "0008_let_older_follow_ups_agree"),)
    operations = (
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reason__in", ["", "minimum_interval", "visit_cancelled", "wearing_off"]),
                        ("state", "pending"),
                        ("where", "letters"),
                    ),
                    models.Q(
                        (
                            "reason__in",
                            [
                                "address_suspended",
                                "day_has_passed",
                                "failed",
                                "no_address",
                                "no_answer",
                                "opted_out",
                                "uncertain",
                                "visit_gone_by",
                                "visit_left",
                                "visit_no_show",
                            ],
                        ),
                        ("state", "pending"),
                        ("where", "call_list"),
                    ),
                    models.Q(
                        ("reason__in", ["no_effect", "plan_paused", "serious_event"]),
                        ("state", "pending"),
                        ("where", "clinician_list"),
                    ),
                    models.Q(
                        ("reason__in", ["", "minimum_interval", "visit_cancelled", "wearing_off"]),
                        ("state", "reminded"),
                        ("where", "letters"),
                    ),
                    models.Q(
                        (
                            "reason__in",
                            [
                                "address_suspended",
                                "day_has_passed",
                                "failed",
                                "no_address",
                                "no_answer",
                                "opted_out",
                                "uncertain",
                                "visit_gone_by",
                                "visit_left",
                                "visit_no_show",
                            ],
                        ),
                        ("state", "reminded"),
                        ("where", "call_list"),
                    ),
                    models.Q(
                        ("reason__in", ["no_effect", "plan_paused", "serious_event"]),
                        ("state", "reminded"),
                        ("where", "clinician_list"),
                    ),
                    models.Q(("reason__in", [""]), ("state", "booked"), ("where", "letters")),
                    models.Q(("reason__in", ["visit_too_early"]), ("state", "booked"), ("where", "call_list")),
                    models.Q(("reason__in", ["plan_paused"]), ("state", "booked"), ("where", "clinician_list")),
                    models.Q(("reason__in", ["treated"]), ("state", "done"), ("where", "closed")),
                    models.Q(("reason__in", ["treated"]), ("state", "done_early"), ("where", "closed")),
                    models.Q(("reason__in", ["will_not_come"]), ("state", "declined"), ("where", "closed")),
                    models.Q(("reason__in", ["gave_up"]), ("state", "lapsed"), ("where", "closed")),
                    models.Q(
                        (
                            "reason__in",
                            [
                                "deceased",
                                "merged_away",
                                "plan_completed",
                                "plan_stopped",
                                "session_voided",
                                "transferred",
                                "treated_elsewhere",
                            ],
                        ),
                        ("state", "closed"),
                        ("where", "closed"),
                    ),
                    _connector="OR",
                ),
                name="follow_up_is_where_its_reason_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("declined", "lapsed")), _negated=True),
                    models.Q(("said", ""), _negated=True),
                    _connector="OR",
                ),
                name="follow_up_given_up_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "lapsed"), _negated=True), ("closed_by__isnull", False), _connector="OR"
                ),
                name="follow_up_lapsed_names_who_decided",
            ),
        ),
    )
