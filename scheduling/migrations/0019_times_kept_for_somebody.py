"""Times kept for who is choosing them online: refused to everybody's bookings, and never kept where a visit is."""

import clinic.lib.db
import django.contrib.postgres.constraints
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic.lib.operations import both_ways

# The keys of scheduling.booking.in_line: who looks for a hold and who writes one cannot pass each other unseen. Deeds
# hold them already; whoever writes past the deeds stands in line here. A span that ends before it begins is no range at
# all: it goes on to the checks that refuse it by name.
NOT_HELD = """
CREATE FUNCTION appointment_is_not_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared((2::bigint << 48) + NEW.clinician_id);
    IF NEW.room_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared((3::bigint << 48) + NEW.room_id);
    END IF;
    IF NOT NEW.is_overbooked AND EXISTS (
        SELECT FROM public.scheduling_heldtime h WHERE h.ended_at IS NULL AND h.clinician_id = NEW.clinician_id
        AND tstzrange(h.starts_at, h.occupied_until) && tstzrange(NEW.starts_at, NEW.occupied_until)
    ) THEN
        RAISE EXCEPTION 'Somebody is choosing this time of the clinician.'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'appointment_clinician_is_not_held';
    END IF;
    IF EXISTS (
        SELECT FROM public.scheduling_heldtime h WHERE h.ended_at IS NULL AND h.room_id = NEW.room_id
        AND tstzrange(h.starts_at, h.occupied_until) && tstzrange(NEW.starts_at, NEW.occupied_until)
    ) THEN
        RAISE EXCEPTION 'Somebody is choosing this time of the room.'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'appointment_room_is_not_held';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointment_is_not_held_when_booked BEFORE INSERT ON scheduling_appointment FOR EACH ROW
    WHEN (NEW.starts_at < NEW.occupied_until AND NEW.state IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed'))
    EXECUTE FUNCTION appointment_is_not_held();
CREATE TRIGGER appointment_is_not_held_when_moved BEFORE UPDATE ON scheduling_appointment FOR EACH ROW
    WHEN (NEW.starts_at < NEW.occupied_until AND NEW.state IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed') AND (
        OLD.state NOT IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed')
        OR (OLD.clinician_id, OLD.starts_at, OLD.occupied_until, OLD.is_overbooked)
            IS DISTINCT FROM (NEW.clinician_id, NEW.starts_at, NEW.occupied_until, NEW.is_overbooked)
        OR OLD.room_id IS DISTINCT FROM NEW.room_id
    ))
    EXECUTE FUNCTION appointment_is_not_held();
"""
NOT_BOOKED = """
CREATE FUNCTION held_time_is_not_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock((2::bigint << 48) + NEW.clinician_id);
    IF NEW.room_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock((3::bigint << 48) + NEW.room_id);
    END IF;
    IF EXISTS (
        SELECT FROM public.scheduling_appointment a WHERE a.clinician_id = NEW.clinician_id AND NOT a.is_overbooked
        AND a.state IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed') AND a.id IS DISTINCT FROM NEW.moving_id
        AND tstzrange(a.starts_at, a.occupied_until) && tstzrange(NEW.starts_at, NEW.occupied_until)
    ) THEN
        RAISE EXCEPTION 'The clinician has a visit at this time.'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'held_time_clinician_is_not_booked';
    END IF;
    IF EXISTS (
        SELECT FROM public.scheduling_appointment a WHERE a.room_id = NEW.room_id
        AND a.state IN ('booked', 'confirmed', 'arrived', 'in_room', 'completed') AND a.id IS DISTINCT FROM NEW.moving_id
        AND tstzrange(a.starts_at, a.occupied_until) && tstzrange(NEW.starts_at, NEW.occupied_until)
    ) THEN
        RAISE EXCEPTION 'The room has a visit at this time.'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'held_time_room_is_not_booked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER held_time_is_not_booked BEFORE INSERT OR UPDATE OF
    clinician_id, room_id, starts_at, occupied_until, ended_at ON scheduling_heldtime FOR EACH ROW
    WHEN (NEW.starts_at < NEW.occupied_until AND NEW.ended_at IS NULL) EXECUTE FUNCTION held_time_is_not_booked();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('locations', '0001_places'),
        ('patients', '0005_wishes_and_suspension'),
        ('scheduling', '0018_find_hours_by_weekday'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldTime',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('occupied_until', models.DateTimeField(verbose_name='occupied until')),
                ('held_at', models.DateTimeField(verbose_name='kept since')),
                ('until', models.DateTimeField(verbose_name='kept until')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='kept no more since')),
                ('clinician', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='clinician')),
                ('link', models.ForeignKey(blank=True, help_text='whose link chose it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.accesslink')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.location', verbose_name='location')),
                ('moving', models.ForeignKey(blank=True, help_text='the visit that is to be moved here, and does not stand in its own way', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointment')),
                ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='locations.room', verbose_name='room')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointmenttype', verbose_name='type')),
            ],
            options={
                'verbose_name': 'time kept for somebody',
                'verbose_name_plural': 'times kept for somebody',
                'ordering': ('starts_at', 'id'),
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_at__isnull', True)), expressions=(('clinician', '='), (clinic.lib.db.TsTzRange('starts_at', 'occupied_until'), '&&')), name='held_time_clinician_free'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_at__isnull', True), ('room__isnull', False)), expressions=(('room', '='), (clinic.lib.db.TsTzRange('starts_at', 'occupied_until'), '&&')), name='held_time_room_free'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('link',), name='held_time_once_a_link'), models.CheckConstraint(condition=models.Q(('ends_at__lte', models.F('occupied_until')), ('starts_at__lt', models.F('ends_at'))), name='held_time_starts_before_it_ends'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('held_at'))), name='held_time_is_kept_for_a_while')],
            },
        ),
        both_ways((NOT_HELD, "DROP FUNCTION appointment_is_not_held() CASCADE;")),
        both_ways((NOT_BOOKED, "DROP FUNCTION held_time_is_not_booked() CASCADE;")),
    ]
