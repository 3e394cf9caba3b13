"""Two records of one person become one, and two again: one function moves the rows and writes down what it moved."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only, but_for_merges, patient_is_part_of_the_key
from clinic.lib.operations import LeaveRights, both_ways

PASSAGE = (
    """
    CREATE FUNCTION patients_row_is_moved_by_a_merge(of_table name, was jsonb, becomes jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT EXISTS (
            SELECT FROM public.patients_movedrow AS moved
            WHERE moved.table_name = of_table AND moved.row_id = (was ->> 'id')::bigint
                AND moved.transaction = pg_current_xact_id()::text::bigint
                AND moved.moved_from = (was ->> moved.column_name)::bigint
                AND moved.moved_to = (becomes ->> moved.column_name)::bigint
                AND was - moved.column_name = becomes - moved.column_name
        );
    $$;
    """,
    "DROP FUNCTION patients_row_is_moved_by_a_merge(name, jsonb, jsonb);",
)

# A link is for whoever it was mailed to and dies with the record; an invitation that nobody answered stays where the
# other record has an open form of its own. Which rows hang from which is asked of the keys between tables of people.
MOVE = (
    """
    CREATE FUNCTION patients_move_record(of_merge bigint, is_back boolean) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        joined public.patients_merge;
        giver bigint;
        taker bigint;
        this bigint := pg_current_xact_id()::text::bigint;
        stays constant name[] := ARRAY['patients_patient', 'patients_accesslink', 'patients_merge'];
        held record;
        keys text;
        added bigint;
        found_now bigint;
    BEGIN
        SELECT * INTO STRICT joined FROM public.patients_merge WHERE id = of_merge FOR UPDATE;
        giver := CASE WHEN is_back THEN joined.survivor_id ELSE joined.merged_id END;
        taker := CASE WHEN is_back THEN joined.merged_id ELSE joined.survivor_id END;
        PERFORM 1 FROM public.patients_patient WHERE id IN (giver, taker) ORDER BY id FOR UPDATE;
        IF joined.undone_at IS NOT NULL
            OR EXISTS (SELECT FROM public.patients_patient
                WHERE id = joined.survivor_id AND merged_into_id IS NOT NULL)
            OR (SELECT merged_into_id FROM public.patients_patient WHERE id = joined.merged_id)
                IS DISTINCT FROM (CASE WHEN is_back THEN joined.survivor_id END)
        THEN
            RAISE EXCEPTION 'These records do not stand as this merge needs them.'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_merge_is_of_records_that_stand';
        END IF;

        IF is_back THEN
            INSERT INTO public.patients_movedrow
                (merge_id, table_name, column_name, row_id, moved_from, moved_to, transaction)
            SELECT of_merge, moved.table_name, moved.column_name, moved.row_id, giver, taker, this
                FROM public.patients_movedrow AS moved
                WHERE moved.merge_id = of_merge AND moved.moved_from = taker AND moved.moved_to = giver
                ORDER BY moved.id;
            -- What was written since goes back with the row it hangs from.
            LOOP
                added := 0;
                FOR held IN
                    SELECT child.relname AS child, named.attname AS by_column, parent.relname AS parent,
                           person.attname AS person_column
                    FROM pg_constraint AS tie
                        JOIN pg_class AS child ON child.oid = tie.conrelid
                        JOIN pg_class AS parent ON parent.oid = tie.confrelid
                        JOIN pg_attribute AS named ON named.attrelid = child.oid AND named.attnum = tie.conkey[1]
                        JOIN pg_constraint AS of_person ON of_person.conrelid = child.oid AND of_person.contype = 'f'
                            AND of_person.confrelid = 'public.patients_patient'::regclass
                            AND cardinality(of_person.conkey) = 1
                        JOIN pg_attribute AS person
                            ON person.attrelid = child.oid AND person.attnum = of_person.conkey[1]
                    WHERE tie.contype = 'f' AND cardinality(tie.conkey) = 1 AND child.relname <> ALL (stays)
                        AND parent.relname IN (SELECT table_name FROM public.patients_movedrow WHERE merge_id = of_merge)
                LOOP
                    EXECUTE format(
                        'INSERT INTO public.patients_movedrow
                            (merge_id, table_name, column_name, row_id, moved_from, moved_to, transaction)
                        SELECT $1, %1$L, %2$L, child.id, $2, $3, $4 FROM public.%1$I AS child
                        WHERE child.%2$I = $2 AND EXISTS (
                            SELECT FROM public.patients_movedrow AS moved WHERE moved.merge_id = $1
                                AND moved.moved_to = $3 AND moved.table_name = %3$L AND moved.row_id = child.%4$I)
                        ORDER BY child.id ON CONFLICT DO NOTHING',
                        held.child, held.person_column, held.parent, held.by_column
                    ) USING of_merge, giver, taker, this;
                    GET DIAGNOSTICS found_now = ROW_COUNT;
                    added := added + found_now;
                END LOOP;
                EXIT WHEN added = 0;
            END LOOP;
        ELSE
            FOR held IN
                SELECT child.relname AS child, person.attname AS person_column
                FROM pg_constraint AS of_person
                    JOIN pg_class AS child ON child.oid = of_person.conrelid
                    JOIN pg_attribute AS person ON person.attrelid = child.oid AND person.attnum = of_person.conkey[1]
                WHERE of_person.contype = 'f' AND cardinality(of_person.conkey) = 1
                    AND of_person.confrelid = 'public.patients_patient'::regclass AND child.relname <> ALL (stays)
                ORDER BY child.oid, person.attnum
            LOOP
                EXECUTE format(
                    'INSERT INTO public.patients_movedrow
                        (merge_id, table_name, column_name, row_id, moved_from, moved_to, transaction)
                    SELECT $1, %1$L, %2$L, id, $2, $3, $4 FROM public.%1$I WHERE %2$I = $2 ORDER BY id',
                    held.child, held.person_column
                ) USING of_merge, giver, taker, this;
            END LOOP;
            DELETE FROM public.patients_movedrow AS moved USING public.patients_intake AS form
                WHERE moved.merge_id = of_merge AND moved.table_name = 'patients_intake' AND form.id = moved.row_id
                    AND form.state = 'invited' AND EXISTS (
                        SELECT FROM public.patients_intake
                        WHERE patient_id = taker AND state IN ('invited', 'started'));
        END IF;

        SELECT string_agg(format('public.%I', conname), ', ') INTO keys FROM pg_constraint
            WHERE contype = 'f' AND condeferrable AND NOT condeferred AND cardinality(conkey) > 1
                AND connamespace = 'public'::regnamespace;
        IF keys IS NOT NULL THEN
            EXECUTE format('SET CONSTRAINTS %s DEFERRED', keys);
        END IF;
        FOR held IN
            SELECT DISTINCT table_name, column_name, to_regclass(format('public.%I', table_name))::oid AS made
            FROM public.patients_movedrow
            WHERE merge_id = of_merge AND moved_to = taker AND transaction = this ORDER BY made, column_name
        LOOP
            EXECUTE format(
                'UPDATE public.%1$I AS held SET %2$I = $3 FROM public.patients_movedrow AS moved
                WHERE moved.merge_id = $1 AND moved.table_name = %1$L AND moved.column_name = %2$L
                    AND moved.moved_to = $3 AND held.id = moved.row_id AND held.%2$I = $2',
                held.table_name, held.column_name
            ) USING of_merge, giver, taker;
        END LOOP;
        UPDATE public.patients_patient
            SET merged_into_id = CASE WHEN NOT is_back THEN joined.survivor_id END, version = version + 1
            WHERE id = joined.merged_id;
        IF keys IS NOT NULL THEN
            EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', keys);
        END IF;
        RETURN (SELECT count(*) FROM public.patients_movedrow
            WHERE merge_id = of_merge AND moved_to = taker AND transaction = this);
    END $$;
    """,
    "DROP FUNCTION patients_move_record(bigint, boolean);",
)

NO_CIRCLE = (
    """
    CREATE FUNCTION patients_merged_record_leads_to_one_that_stands() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE
        next bigint := NEW.merged_into_id;
    BEGIN
        WHILE next IS NOT NULL LOOP
            IF next = NEW.id THEN
                RAISE EXCEPTION 'A record is not merged in a circle.'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patient_is_not_merged_in_a_circle';
            END IF;
            SELECT merged_into_id INTO next FROM public.patients_patient WHERE id = next;
        END LOOP;
        RETURN NEW;
    END $$;
    CREATE TRIGGER patients_merged_record_leads_to_one_that_stands BEFORE UPDATE OF merged_into_id ON patients_patient
        FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL AND NEW.merged_into_id <> NEW.id)
        EXECUTE FUNCTION patients_merged_record_leads_to_one_that_stands();
    """,
    "DROP FUNCTION patients_merged_record_leads_to_one_that_stands() CASCADE;",
)

CONSENT = append_only("patients_consent", because="A consent is a fact: a change of mind is a new row.")


class Migration(migrations.Migration):
    dependencies = (
        ("patients", "0007_give_mailed_codes_their_own_tries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("taken", models.JSONField(default=dict, verbose_name="taken over")),
                ("press", models.UUIDField(editable=False, unique=True)),
                ("at", models.DateTimeField(verbose_name="at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                        verbose_name="merged",
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                        verbose_name="goes on",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
                    ),
                ),
            ],
            options={"verbose_name": "merge", "verbose_name_plural": "merges", "ordering": ("-at", "-id")},
        ),
        migrations.CreateModel(
            name="MovedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=63, verbose_name="table")),
                ("column_name", models.CharField(max_length=63, verbose_name="column")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                ("moved_from", models.BigIntegerField(verbose_name="from")),
                ("moved_to", models.BigIntegerField(verbose_name="to")),
                ("transaction", models.BigIntegerField(verbose_name="transaction")),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moved", to="patients.merge"
                    ),
                ),
            ],
            options={"verbose_name": "moved row", "verbose_name_plural": "moved rows", "ordering": ("id",)},
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=~models.Q(merged=models.F("survivor")), name="merge_is_of_two_records"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(undone_at__isnull=True), fields=("merged",), name="merge_stands_once_a_record"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_taken_back_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="movedrow",
            constraint=models.UniqueConstraint(
                fields=("merge", "table_name", "row_id", "column_name", "moved_to"), name="row_moves_once_each_way"
            ),
        ),
        LeaveRights(("patients_merge",), "SELECT, INSERT, UPDATE (undone_at, undone_by_id)"),
        LeaveRights(("patients_movedrow",), "SELECT"),
        migrations.RunSQL(*PASSAGE),
        migrations.RunSQL(*MOVE),
        migrations.RunSQL(*NO_CIRCLE),
        both_ways(but_for_merges(CONSENT)),
        both_ways(patient_is_part_of_the_key("patients_intake")),
    )
