"""Lots move and come back, patients of a recalled lot are told, the thermometer is read: rows that only grow."""

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.db import append_only
from clinic.lib.operations import LeaveRights, both_ways

ONLY_GROWS = (
    ("treatments_lotmove", "A move of a lot stands: the way back is another."),
    ("treatments_recallcontact", "A contact stands as written: a correction is another."),
    ("treatments_fridgereading", "A reading stands as written: a correction is another."),
    ("treatments_excursion", "An excursion stands as it was found."),
    ("treatments_excursionanswer", "An answer to an excursion stands as given."),
)


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
        ('patients', '0004_find_people_by_email_in_any_case'),
        ('treatments', '0007_keep_what_was_assessed_before'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Excursion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ],
            options={
                'verbose_name': 'excursion',
                'verbose_name_plural': 'excursions',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ExcursionAnswer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_affected', models.BooleanField(verbose_name='the lot was affected')),
                ('note', models.CharField(max_length=300, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'answer to an excursion',
                'verbose_name_plural': 'answers to excursions',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='FridgeReading',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('read_at', models.DateTimeField(verbose_name='read at')),
                ('min_c', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='lowest, °C')),
                ('max_c', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='highest, °C')),
                ('now_c', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='now, °C')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('written_at', models.DateTimeField(verbose_name='written')),
            ],
            options={
                'verbose_name': 'fridge reading',
                'verbose_name_plural': 'fridge readings',
                'ordering': ('read_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='LotMove',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('in_use', 'In use'), ('quarantined', 'Quarantined'), ('recalled', 'Recalled')], max_length=12, verbose_name='state')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'move of a lot',
                'verbose_name_plural': 'moves of a lot',
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RecallContact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('outcome', models.CharField(choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('letter_given', 'Letter given')], max_length=12, verbose_name='outcome')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'recall contact',
                'verbose_name_plural': 'recall contacts',
                'ordering': ('at', 'id'),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lot',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lot',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_number_once_a_product',
        ),
        migrations.AddField(
            model_name='lot',
            name='excursion_high_c',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='highest in an excursion, °C'),
        ),
        migrations.AddField(
            model_name='lot',
            name='excursion_low_c',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='lowest in an excursion, °C'),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='excursion_high_c',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='highest in an excursion, °C'),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='excursion_low_c',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='lowest in an excursion, °C'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "treatments_lotevent" ("excursion_high_c", "excursion_low_c", "expires_on", "expiry_is_month_only", "had_excursion", "id", "location_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "product_key", "public_id", "state", "state_reason") VALUES (NEW."excursion_high_c", NEW."excursion_low_c", NEW."expires_on", NEW."expiry_is_month_only", NEW."had_excursion", NEW."id", NEW."location_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."product_id", NEW."product_key", NEW."public_id", NEW."state", NEW."state_reason"); RETURN NULL;', hash='fae9c4a601df00e6daa68202ca64f4019d845d76', operation='INSERT', pgid='pgtrigger_insert_insert_bfb2c', table='treatments_lot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "treatments_lotevent" ("excursion_high_c", "excursion_low_c", "expires_on", "expiry_is_month_only", "had_excursion", "id", "location_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "product_key", "public_id", "state", "state_reason") VALUES (NEW."excursion_high_c", NEW."excursion_low_c", NEW."expires_on", NEW."expiry_is_month_only", NEW."had_excursion", NEW."id", NEW."location_id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."product_id", NEW."product_key", NEW."public_id", NEW."state", NEW."state_reason"); RETURN NULL;', hash='7ec8883e8ba2a5dd5ac828aaa776a9ca435aa7ea', operation='UPDATE', pgid='pgtrigger_update_update_195b2', table='treatments_lot', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.UniqueConstraint(models.F('location'), models.F('product_key'), django.db.models.functions.text.Upper('number'), name='lot_number_once_a_product'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('excursion_high_c__isnull', True), ('excursion_low_c__isnull', True), ('had_excursion', True)), models.Q(('excursion_high_c__isnull', False), ('excursion_low_c__isnull', False), ('excursion_low_c__lte', models.F('excursion_high_c')), ('had_excursion', True)), models.Q(('excursion_high_c__isnull', True), ('excursion_low_c__isnull', True), ('had_excursion', False)), _connector='OR'), name='lot_excursion_has_both_temperatures_or_none'),
        ),
        migrations.AddField(
            model_name='excursion',
            name='lot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='excursions', to='treatments.lot', verbose_name='lot'),
        ),
        migrations.AddField(
            model_name='excursionanswer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='excursionanswer',
            name='excursion',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='treatments.excursion'),
        ),
        migrations.AddField(
            model_name='fridgereading',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fridgereading',
            name='location',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location'),
        ),
        migrations.AddField(
            model_name='excursion',
            name='reading',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='excursions', to='treatments.fridgereading'),
        ),
        migrations.AddField(
            model_name='lotmove',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lotmove',
            name='lot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='treatments.lot', verbose_name='lot'),
        ),
        migrations.AddField(
            model_name='recallcontact',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recallcontact',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient', verbose_name='patient'),
        ),
        migrations.AddField(
            model_name='recallcontact',
            name='recall',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='treatments.lotmove', verbose_name='recall'),
        ),
        migrations.AddConstraint(
            model_name='excursionanswer',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='excursion_answer_has_a_note'),
        ),
        migrations.AddIndex(
            model_name='fridgereading',
            index=models.Index(fields=['location', '-read_at'], name='fridge_reading_by_location'),
        ),
        migrations.AddConstraint(
            model_name='fridgereading',
            constraint=models.CheckConstraint(condition=models.Q(('min_c__lte', models.F('now_c')), ('now_c__lte', models.F('max_c'))), name='fridge_now_is_between_lowest_and_highest'),
        ),
        migrations.AddConstraint(
            model_name='fridgereading',
            constraint=models.CheckConstraint(condition=models.Q(('max_c__lte', 60), ('min_c__gte', -90)), name='fridge_reading_is_a_temperature'),
        ),
        migrations.AddConstraint(
            model_name='fridgereading',
            constraint=models.CheckConstraint(condition=models.Q(('read_at__lte', models.F('written_at'))), name='fridge_reading_is_not_of_the_future'),
        ),
        migrations.AddConstraint(
            model_name='excursion',
            constraint=models.UniqueConstraint(fields=('reading', 'lot'), name='excursion_once_a_reading_and_lot'),
        ),
        migrations.AddConstraint(
            model_name='lotmove',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='lot_move_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='recallcontact',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['reached', 'no_answer', 'letter_given'])), name='recall_contact_has_a_known_outcome'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(('witness__isnull', True), models.Q(('witness', models.F('by')), _negated=True), _connector='OR'), name='draw_is_not_witnessed_by_its_writer'),
        ),
        *(both_ways(append_only(table, because=because)) for table, because in ONLY_GROWS),
        LeaveRights(tuple(table for table, _because in ONLY_GROWS)),
    ]
