"""Numbers elsewhere, contacts, alerts and the health account of a person: rows that are ended, never changed."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import LeaveRights


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0003_who_may_overbook"),
        ("patients", "0012_told_details_are_compared"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "level",
                    models.CharField(
                        choices=[("stop", "Danger"), ("due", "Mind"), ("info", "To know")],
                        max_length=4,
                        verbose_name="how important",
                    ),
                ),
                ("text", models.CharField(max_length=160, verbose_name="words")),
                ("is_for_desk", models.BooleanField(verbose_name="the desk reads it too")),
                ("ended_because", models.CharField(blank=True, max_length=200, verbose_name="why it was ended")),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("parent", "Mother or father"),
                            ("spouse", "Wife or husband"),
                            ("child", "Daughter or son"),
                            ("sibling", "Sister or brother"),
                            ("guardian", "Legal guardian"),
                            ("relative", "Other relative"),
                            ("friend", "Friend or neighbour"),
                            ("carer", "Carer"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                (
                    "phone",
                    models.CharField(blank=True, help_text="E.164, one form", max_length=20, verbose_name="phone"),
                ),
                ("is_for_emergencies", models.BooleanField(verbose_name="is rung in an emergency")),
                ("is_guardian", models.BooleanField(verbose_name="signs for the patient")),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ("-is_guardian", "id"),
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hospital", "Record number elsewhere"),
                            ("insurance", "Insurance or scheme"),
                            ("employer", "Employer"),
                            ("passport", "Passport"),
                            ("licence", "Driving licence"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("value", models.CharField(max_length=60, verbose_name="number")),
                ("issuer", models.CharField(blank=True, max_length=120, verbose_name="given by")),
            ],
            options={
                "verbose_name": "number elsewhere",
                "verbose_name_plural": "numbers elsewhere",
                "ordering": ("kind", "issuer", "id"),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="patient",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="patient",
            name="update_update",
        ),
        migrations.AddField(
            model_name="patient",
            name="abha_address",
            field=models.CharField(blank=True, db_default="", default="", max_length=45, verbose_name="ABHA address"),
        ),
        migrations.AddField(
            model_name="patient",
            name="abha_number",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="digits only",
                max_length=14,
                verbose_name="ABHA number",
            ),
        ),
        migrations.AddField(
            model_name="patientevent",
            name="abha_address",
            field=models.CharField(blank=True, db_default="", default="", max_length=45, verbose_name="ABHA address"),
        ),
        migrations.AddField(
            model_name="patientevent",
            name="abha_number",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="digits only",
                max_length=14,
                verbose_name="ABHA number",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("abha_number", ""), _negated=True),
                fields=["abha_number"],
                name="patient_by_abha_number",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patient",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "patients_patientevent" ("abha_address", "abha_number", "address", "birth_precision", "born_on", "deceased_on", "email", "email_is_shared", "email_suspended_at", "email_suspended_because", "family_name", "given_name", "has_no_email", "id", "language", "location_id", "merged_into_id", "note_for_desk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_digits", "public_id", "record_number", "registered_at", "search_name", "search_sounds", "sex", "source_key", "version", "wants_check_ins", "wants_reminders", "wants_visit_reminders") VALUES (NEW."abha_address", NEW."abha_number", NEW."address", NEW."birth_precision", NEW."born_on", NEW."deceased_on", NEW."email", NEW."email_is_shared", NEW."email_suspended_at", NEW."email_suspended_because", NEW."family_name", NEW."given_name", NEW."has_no_email", NEW."id", NEW."language", NEW."location_id", NEW."merged_into_id", NEW."note_for_desk", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_digits", NEW."public_id", NEW."record_number", NEW."registered_at", NEW."search_name", NEW."search_sounds", NEW."sex", NEW."source_key", NEW."version", NEW."wants_check_ins", NEW."wants_reminders", NEW."wants_visit_reminders"); RETURN NULL;',
                    hash="c0447b7cfd69879213cd1beea494af4e7b87c247",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_62165",
                    table="patients_patient",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patient",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "patients_patientevent" ("abha_address", "abha_number", "address", "birth_precision", "born_on", "deceased_on", "email", "email_is_shared", "email_suspended_at", "email_suspended_because", "family_name", "given_name", "has_no_email", "id", "language", "location_id", "merged_into_id", "note_for_desk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_digits", "public_id", "record_number", "registered_at", "search_name", "search_sounds", "sex", "source_key", "version", "wants_check_ins", "wants_reminders", "wants_visit_reminders") VALUES (NEW."abha_address", NEW."abha_number", NEW."address", NEW."birth_precision", NEW."born_on", NEW."deceased_on", NEW."email", NEW."email_is_shared", NEW."email_suspended_at", NEW."email_suspended_because", NEW."family_name", NEW."given_name", NEW."has_no_email", NEW."id", NEW."language", NEW."location_id", NEW."merged_into_id", NEW."note_for_desk", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_digits", NEW."public_id", NEW."record_number", NEW."registered_at", NEW."search_name", NEW."search_sounds", NEW."sex", NEW."source_key", NEW."version", NEW."wants_check_ins", NEW."wants_reminders", NEW."wants_visit_reminders"); RETURN NULL;',
                    hash="e5960598f3e62b7bfe497c3ab60dfcf650ba6e09",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_546ce",
                    table="patients_patient",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("abha_number", ""), ("abha_number__regex", "^[0-9]{14}$"), _connector="OR"),
                name="patient_abha_number_is_in_one_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("abha_address", ""), ("abha_address__regex", "^[a-z0-9._]+@[a-z]+$"), _connector="OR"
                ),
                name="patient_abha_address_is_in_one_form",
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="patients.patient",
                verbose_name="patient",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="patients.patient",
                verbose_name="patient",
            ),
        ),
        migrations.AddField(
            model_name="identifier",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="identifier",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="identifier",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="identifiers",
                to="patients.patient",
                verbose_name="patient",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["patient"], name="alert_that_stands"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="alert_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["stop", "due", "info"])), name="alert_level_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_because", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("ended_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="alert_ended_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="alert_ended_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="contact_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "relation__in",
                        ["parent", "spouse", "child", "sibling", "guardian", "relative", "friend", "carer"],
                    )
                ),
                name="contact_relation_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_for_emergencies", True), ("is_guardian", True), _connector="OR"),
                name="contact_is_for_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_for_emergencies", False), models.Q(("phone", ""), _negated=True), _connector="OR"
                ),
                name="contact_for_emergencies_can_be_rung",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{6,14}$"), _connector="OR"),
                name="contact_phone_is_in_one_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="contact_ended_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                models.F("patient"),
                models.F("kind"),
                django.db.models.functions.text.Lower("issuer"),
                condition=models.Q(("ended_at__isnull", True)),
                name="identifier_of_a_kind_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", ""), _negated=True), name="identifier_has_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["hospital", "insurance", "employer", "passport", "licence", "other"])),
                name="identifier_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="identifier_ended_says_by_whom",
            ),
        ),
        LeaveRights(("patients_identifier", "patients_contact"), "SELECT, INSERT, UPDATE (ended_by_id, ended_at)"),
        LeaveRights(("patients_alert",), "SELECT, INSERT, UPDATE (ended_by_id, ended_at, ended_because)"),
    ]
