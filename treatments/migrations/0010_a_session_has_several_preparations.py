"""A session may have several preparations, and a site says which one it is from: one of its own session's."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from clinic.lib.db import frozen_with_parent
from clinic.lib.operations import LeaveRights, both_ways

SESSION = "treatments_injectionsession"
SIGNED = "A signed session is frozen: add an addendum or void it."
FROM_ITS_OWN = (
    """
    ALTER TABLE treatments_sessionsite ADD CONSTRAINT site_is_from_its_sessions_preparation
        FOREIGN KEY (session_id, preparation_id)
        REFERENCES treatments_sessionpreparation (session_id, preparation_id) DEFERRABLE INITIALLY IMMEDIATE;
    """,
    "ALTER TABLE treatments_sessionsite DROP CONSTRAINT site_is_from_its_sessions_preparation;",
)


class Migration(migrations.Migration):
    dependencies = (("pghistory", "0007_auto_20250421_0444"), ("treatments", "0009_correct_an_expiry"))

    operations = (
        migrations.CreateModel(
            name="SessionPreparation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
            ],
            options={
                "verbose_name": "preparation of a session",
                "verbose_name_plural": "preparations of a session",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="SessionPreparationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sessionsite",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sessionsite",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sessionsite",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="sessionsite",
            name="preparation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="treatments.preparation",
                verbose_name="preparation",
            ),
        ),
        migrations.AddField(
            model_name="sessionsiteevent",
            name="preparation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="treatments.preparation",
                verbose_name="preparation",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sessionsite",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "treatments_sessionsiteevent" ("figure", "id", "muscle_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "preparation_id", "public_id", "session_id", "side", "units", "volume_ml", "x", "y") VALUES (NEW."figure", NEW."id", NEW."muscle_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."preparation_id", NEW."public_id", NEW."session_id", NEW."side", NEW."units", NEW."volume_ml", NEW."x", NEW."y"); RETURN NULL;',
                    hash="e871b3e41f3b9e830f4093baafe50d27d6592c83",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5e9cc",
                    table="treatments_sessionsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sessionsite",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "treatments_sessionsiteevent" ("figure", "id", "muscle_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "preparation_id", "public_id", "session_id", "side", "units", "volume_ml", "x", "y") VALUES (NEW."figure", NEW."id", NEW."muscle_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."preparation_id", NEW."public_id", NEW."session_id", NEW."side", NEW."units", NEW."volume_ml", NEW."x", NEW."y"); RETURN NULL;',
                    hash="e3342ab873d1bce07b30562b1b8ed206fd263ac1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f24a1",
                    table="treatments_sessionsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sessionsite",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "treatments_sessionsiteevent" ("figure", "id", "muscle_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "preparation_id", "public_id", "session_id", "side", "units", "volume_ml", "x", "y") VALUES (OLD."figure", OLD."id", OLD."muscle_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."preparation_id", OLD."public_id", OLD."session_id", OLD."side", OLD."units", OLD."volume_ml", OLD."x", OLD."y"); RETURN NULL;',
                    hash="73eff78afc7fd4bf470e44fba7accaf775997a53",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_379d7",
                    table="treatments_sessionsite",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="sessionpreparation",
            name="preparation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses_in_sessions",
                to="treatments.preparation",
            ),
        ),
        migrations.AddField(
            model_name="sessionpreparation",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="treatments.injectionsession"
            ),
        ),
        migrations.AddField(
            model_name="injectionsession",
            name="preparations",
            field=models.ManyToManyField(
                related_name="sessions", through="treatments.SessionPreparation", to="treatments.preparation"
            ),
        ),
        migrations.AddField(
            model_name="sessionpreparationevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="sessionpreparationevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="treatments.sessionpreparation",
            ),
        ),
        migrations.AddField(
            model_name="sessionpreparationevent",
            name="preparation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="treatments.preparation",
            ),
        ),
        migrations.AddField(
            model_name="sessionpreparationevent",
            name="session",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="treatments.injectionsession",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpreparation",
            constraint=models.UniqueConstraint(
                fields=("session", "preparation"), name="session_has_a_preparation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpreparation",
            constraint=models.UniqueConstraint(fields=("session", "position"), name="session_numbers_its_preparations"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sessionpreparation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "treatments_sessionpreparationevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "preparation_id", "session_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."preparation_id", NEW."session_id"); RETURN NULL;',
                    hash="a056bbdade88275e1f7da136fadfaa0c2362a087",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_62df1",
                    table="treatments_sessionpreparation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sessionpreparation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "treatments_sessionpreparationevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "preparation_id", "session_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."preparation_id", OLD."session_id"); RETURN NULL;',
                    hash="afd4e5911d85800f0553f1da440fd1edcb8b2a66",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f080e",
                    table="treatments_sessionpreparation",
                    when="AFTER",
                ),
            ),
        ),
        both_ways(
            frozen_with_parent("treatments_sessionpreparation", parent=SESSION, column="session_id", because=SIGNED)
        ),
        migrations.RunSQL(*FROM_ITS_OWN),
        LeaveRights(("treatments_sessionpreparation",), "SELECT, INSERT, DELETE"),
        LeaveRights(("treatments_sessionpreparationevent",)),
    )
