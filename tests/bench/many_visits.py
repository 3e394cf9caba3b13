"""A million visits: twenty clinicians at one location over eleven years, three quarters of each day taken."""

from datetime import datetime, time, timedelta

import psycopg2
from django.db import connection

from clinic.embedded.home import OWNER_ROLE
from clinic.locations.models import Location, Room
from clinic.staff.models import Role, User
from patients.birth import UNKNOWN_BIRTH
from patients.models import Patient
from patients.registration import PersonFacts, unsaved
from scheduling.models import Appointment, AppointmentKind, AppointmentType, ProviderHours

CLINICIANS, SLOTS, DAYS = 20, 16, 4167
DAYS_TO_COME = 60
WORKING = (("09:00", "13:00"), ("14:00", "18:00"))
MINUTES = 30

#: Of sixteen half hours a day twelve are taken, others each day; each has its own patient, so nobody is in two places.
VISITS = """
    INSERT INTO scheduling_appointment ({columns}) SELECT {values}
    FROM scheduling_appointment template, generate_series(0, %(days)s - 1) day,
        generate_series(0, %(clinicians)s - 1) who, generate_series(0, %(slots)s - 1) slot,
        LATERAL (SELECT ((%(last)s::date - day) + time '09:00' + slot * interval '30 minutes'
            + CASE WHEN slot >= 8 THEN interval '1 hour' ELSE interval '0' END) AT TIME ZONE %(zone)s AS at) clock
    WHERE template.id = %(template)s AND (slot * 7 + day * 3 + who * 5) %% 4 <> 0
"""
#: What a row has besides is the template's.
OWN = {
    "public_id": "gen_random_uuid()",
    "patient_id": "(%(patients)s)[1 + slot * %(clinicians)s + who]",
    "clinician_id": "(%(people)s)[1 + who]",
    "room_id": "(%(rooms)s)[1 + who]",
    "starts_at": "at",
    "ends_at": "at + interval '30 minutes'",
    "occupied_until": "at + interval '30 minutes'",
    "state": "CASE WHEN at < now() THEN 'completed' ELSE 'booked' END",
}


def fill(now: datetime) -> tuple[Location, AppointmentType, list[User]]:
    """Make the location, its people and their visits; return what free times are asked with."""
    location = Location.objects.create(name="Bench", sender_name="Bench")
    kind = AppointmentType.objects.create(
        name="Bench", public_name="Visit", kind=AppointmentKind.REVIEW, minutes=MINUTES
    )
    people, rooms = [], []
    for number in range(CLINICIANS):
        who = User.objects.create_user(
            email=f"bench{number}@interval.example", full_name=f"Dr Bench {number:02}", role=Role.CLINICIAN
        )
        who.locations.add(location)
        people.append(who)
        rooms.append(Room.objects.create(location=location, name=f"Room {number:02}"))
        ProviderHours.objects.bulk_create(
            ProviderHours(
                clinician=who, location=location, weekday=weekday, starts=time.fromisoformat(starts),
                ends=time.fromisoformat(ends),
            )
            for weekday in range(7)
            for starts, ends in WORKING
        )  # fmt: skip
    patients = _patients(SLOTS * CLINICIANS, location)
    long_ago = now - timedelta(days=2 * DAYS)
    template = Appointment.objects.create(
        patient=patients[0], clinician=people[0], location=location, type=kind, starts_at=long_ago,
        ends_at=long_ago + timedelta(minutes=MINUTES), occupied_until=long_ago + timedelta(minutes=MINUTES),
        state="no_show", ended_at=long_ago, booked_at=long_ago,
    )  # fmt: skip
    _insert({
        "template": template.pk, "patients": [row.pk for row in patients], "people": [who.pk for who in people],
        "rooms": [room.pk for room in rooms], "clinicians": CLINICIANS, "slots": SLOTS, "days": DAYS,
        "last": now.date() + timedelta(days=DAYS_TO_COME), "zone": location.time_zone,
    })  # fmt: skip
    return location, kind, people


def newcomers(location: Location) -> list[Patient]:
    """People without a visit yet."""
    return _patients(500, location)


def _patients(count: int, location: Location) -> list[Patient]:
    facts = [
        PersonFacts(given_name="Bench", family_name=f"No {number}", birth=UNKNOWN_BIRTH) for number in range(count)
    ]
    return Patient.objects.bulk_create([unsaved(facts=one, location=location) for one in facts])


def _insert(facts: dict[str, object]) -> None:
    """As the owner: what checks row by row is taken off and put on again over all of them."""
    settings = connection.settings_dict
    owner = psycopg2.connect(host=settings["HOST"], user=OWNER_ROLE, dbname=settings["NAME"])
    with owner, owner.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('f', 'x')"
            " AND conrelid = 'scheduling_appointment'::regclass"
        )
        taken_off = cursor.fetchall()
        for name, _ in taken_off:
            cursor.execute(f"ALTER TABLE scheduling_appointment DROP CONSTRAINT {name}")
        cursor.execute("ALTER TABLE scheduling_appointment DISABLE TRIGGER USER")
        columns = [str(field.column) for field in Appointment._meta.concrete_fields if field.column != "id"]  # noqa: SLF001
        values = [OWN.get(column, f"template.{column}") for column in columns]
        cursor.execute(VISITS.format(columns=", ".join(columns), values=", ".join(values)), facts)
        cursor.execute("ALTER TABLE scheduling_appointment ENABLE TRIGGER USER")
        for name, text in taken_off:
            cursor.execute(f"ALTER TABLE scheduling_appointment ADD CONSTRAINT {name} {text}")
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE scheduling_appointment")
    owner.close()
