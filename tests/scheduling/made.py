"""An invented clinic with hours, rooms and kinds of visit, for tests of the calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from clinic.lib.days import at_local
from clinic.locations.models import Location, Room
from clinic.staff.models import Role, User
from patients.models import Patient
from scheduling import booking
from scheduling.booking import Slot
from scheduling.models import Appointment, AppointmentKind, AppointmentType, ProviderHours
from tests.patients.making import member, person, place

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # a Monday, ten in the morning in Ahmedabad
TUESDAY = date(2027, 3, 2)


@dataclass
class Clinic:
    """One location where one clinician works Monday to Saturday, ten to one and five to eight, in two rooms."""

    location: Location
    desk: User
    doctor: User
    rooms: list[Room]
    consultation: AppointmentType
    injection: AppointmentType

    def at(self, clock: str, day: date = TUESDAY) -> datetime:
        """The instant of a wall-clock time here."""
        return at_local(day, time.fromisoformat(clock), self.location.zone)

    def slot(self, clock: str = "10:30", day: date = TUESDAY, **changes: Any) -> Slot:
        """A consultation with the doctor in the first room."""
        facts: dict[str, Any] = {
            "clinician": self.doctor,
            "location": self.location,
            "room": self.rooms[0],
            "type": self.consultation,
            "starts_at": self.at(clock, day),
        }
        return Slot(**facts | changes)

    def visit(self, clock: str = "10:30", *, patient: Patient | None = None, **changes: Any) -> Appointment:
        """A booked visit."""
        slot = {name: changes.pop(name) for name in ("day", "clinician", "room", "type") if name in changes}
        facts: dict[str, Any] = {
            "patient": patient or someone(),
            "slot": self.slot(clock, **slot),
            "by": self.desk,
            "now": NOW,
        }
        return booking.book(**facts | changes)


def someone(name: str = "Asha", **facts: Any) -> Patient:
    """A patient with an address."""
    count = Patient.objects.count()
    return person(name, f"Rao {count}", **{"email": f"asha{count}@patients.example", **facts})


def clinic(*, buffer_minutes: int = 15) -> Clinic:
    """The clinic of these tests."""
    location = place()
    doctor = member(Role.CLINICIAN, name="Dr Meera Solanki")
    for weekday in range(6):
        for starts, ends in (("10:00", "13:00"), ("17:00", "20:00")):
            ProviderHours.objects.create(
                clinician=doctor,
                location=location,
                weekday=weekday,
                starts=time.fromisoformat(starts),
                ends=time.fromisoformat(ends),
            )
    return Clinic(
        location=location,
        desk=member(Role.FRONT_DESK),
        doctor=doctor,
        rooms=[Room.objects.create(location=location, name=name) for name in ("Room 1", "Room 2")],
        consultation=AppointmentType.objects.create(
            name="Consultation",
            public_name="Visit",
            kind=AppointmentKind.CONSULTATION,
            minutes=30,
            after_buffer_minutes=buffer_minutes,
            needs_intake=True,
        ),
        injection=AppointmentType.objects.create(
            name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30, after_buffer_minutes=0
        ),
    )


def another_doctor(here: Clinic, name: str = "Dr Farhan Qureshi") -> User:
    """A second clinician with the same hours."""
    doctor = member(Role.CLINICIAN, at=here.location, name=name)
    for row in ProviderHours.objects.filter(clinician=here.doctor):
        row.pk, row.public_id, row.clinician = None, uuid4(), doctor
        row.save(force_insert=True)
    return doctor
