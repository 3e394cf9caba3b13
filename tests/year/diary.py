"""Where in a place's diary a visit fits: the year's own memory of what is taken, so that nothing is searched twice."""

from datetime import date, datetime, timedelta
from random import Random

from clinic.staff.models import User
from scheduling.booking import Slot
from scheduling.models import AppointmentType
from tests.year.world import Place

LOOKS_AHEAD = 60


def free_slot(place: Place, kind: AppointmentType, doctor: User, day: date, rng: Random, *, now: datetime) -> Slot:
    """The first free time of a doctor on a day, or on the next days that have one; taken from now on."""
    number = place.doctors.index(doctor)
    for ahead in range(LOOKS_AHEAD):
        on = day + timedelta(days=ahead)
        if not place.is_open(on):
            continue
        times = [
            one for one in place.times(on) if one > now + timedelta(hours=3) and (doctor.pk, one) not in place.taken
        ]
        if times:
            starts_at = rng.choice(times)
            place.taken.add((doctor.pk, starts_at))
            return Slot(
                clinician=doctor,
                location=place.location,
                room=place.rooms[number],
                type=kind,
                starts_at=starts_at,
            )
    raise RuntimeError(f"no time for {doctor.full_name} after {day}")
