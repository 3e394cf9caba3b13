"""Consents are signed, with the words as they were read; a clinic may write words of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


TEXT_STANDS = """
    ALTER TABLE patients_consent ADD CONSTRAINT consent_text_is_what_was_hashed CHECK (
        (text = '' AND text_sha256 = '')
        OR (text <> '' AND text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'))
    );
    ALTER TABLE patients_consent ADD CONSTRAINT consent_strokes_are_lines CHECK (
        strokes IS NULL OR (jsonb_typeof(strokes) = 'array' AND strokes <> '[]'::jsonb)
    );
"""
TEXT_MAY_DIFFER = """
    ALTER TABLE patients_consent DROP CONSTRAINT consent_text_is_what_was_hashed;
    ALTER TABLE patients_consent DROP CONSTRAINT consent_strokes_are_lines;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0014_close_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='consent',
            name='signed_how',
            field=models.CharField(blank=True, choices=[('typed', 'name typed'), ('drawn', 'signed by hand'), ('witnessed', 'read aloud, before a witness')], db_default='', default='', max_length=10, verbose_name='signed'),
        ),
        migrations.AddField(
            model_name='consent',
            name='signer_is',
            field=models.CharField(blank=True, choices=[('patient', 'the patient'), ('guardian', 'a parent or guardian')], db_default='', default='', max_length=10, verbose_name='who signed'),
        ),
        migrations.AddField(
            model_name='consent',
            name='signer_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='name signed'),
        ),
        migrations.AddField(
            model_name='consent',
            name='signer_relation',
            field=models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='is to the patient'),
        ),
        migrations.AddField(
            model_name='consent',
            name='strokes',
            field=models.JSONField(blank=True, null=True, verbose_name='signature by hand'),
        ),
        migrations.AddField(
            model_name='consent',
            name='text',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='words as read'),
        ),
        migrations.AddField(
            model_name='consent',
            name='text_sha256',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='consent',
            name='witness_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='witness'),
        ),
        migrations.AddField(
            model_name='consenttext',
            name='written_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='written'),
        ),
        migrations.AddField(
            model_name='consenttext',
            name='written_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AlterField(
            model_name='consent',
            name='kind',
            field=models.CharField(choices=[('data_use', 'Use of my data for my care'), ('reminders', 'Reminders by e-mail'), ('before_visit', 'Reminders before a visit'), ('check_ins', 'Questions after a visit'), ('treatment', 'Treatment with botulinum toxin'), ('off_label', "Use outside the product's label"), ('photography', 'Photographs for my record')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='consenttext',
            name='kind',
            field=models.CharField(choices=[('data_use', 'Use of my data for my care'), ('reminders', 'Reminders by e-mail'), ('before_visit', 'Reminders before a visit'), ('check_ins', 'Questions after a visit'), ('treatment', 'Treatment with botulinum toxin'), ('off_label', "Use outside the product's label"), ('photography', 'Photographs for my record')], max_length=12, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_how', ''), ('signer_is', ''), ('signer_name', ''), ('strokes__isnull', True), ('witness_name', '')), models.Q(('signed_how__in', ['typed', 'drawn', 'witnessed']), ('signer_is__in', ['patient', 'guardian']), models.Q(('signer_name', ''), _negated=True), models.Q(('text', ''), _negated=True)), _connector='OR'), name='consent_signature_is_whole_or_absent'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_how', 'drawn'), ('strokes__isnull', False)), models.Q(models.Q(('signed_how', 'drawn'), _negated=True), ('strokes__isnull', True)), _connector='OR'), name='consent_signature_by_hand_has_its_lines'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_how', 'witnessed'), _negated=True), models.Q(('witness_name', ''), _negated=True), _connector='OR'), name='consent_read_aloud_names_its_witness'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signer_is', 'guardian'), models.Q(('signer_relation', ''), _negated=True)), models.Q(models.Q(('signer_is', 'guardian'), _negated=True), ('signer_relation', '')), _connector='OR'), name='consent_guardian_says_what_they_are_to_the_patient'),
        ),
        migrations.AddConstraint(
            model_name='consenttext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('written_at__isnull', True), ('written_by__isnull', True)), models.Q(('written_at__isnull', False), ('written_by__isnull', False)), _connector='OR'), name='consent_wording_says_who_wrote_it_and_when'),
        ),
        migrations.RunSQL(TEXT_STANDS, TEXT_MAY_DIFFER),
    ]
