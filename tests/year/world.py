"""The clinic of the year: two places, one of them where clocks change; staff, rooms, hours, a stocked fridge."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from clinic.lib.days import at_local
from clinic.lib.languages import is_spoken
from clinic.locations.models import Closure, Location, Room
from clinic.staff.models import Role, User
from scheduling.demo.told import Books
from scheduling.models import AppointmentKind, AppointmentType, ProviderHours
from tests.year.log import EventLog
from treatments.models import ProductVersion, Vial
from treatments.stocking import receive_lot

BEGINS = datetime(2027, 1, 4, tzinfo=UTC)  # a Monday
DAYS = 364
PRODUCT = "onabotulinumtoxinA"
PATIENTS_A_DOCTOR = 500
FIRST_CLOSURES = {
    "Ahmedabad": ((2027, 1, 14), (2027, 3, 23), (2027, 8, 16), (2027, 10, 20), (2027, 10, 21), (2027, 12, 24)),
    "London": ((2027, 3, 26), (2027, 3, 29), (2027, 5, 3), (2027, 8, 30), (2027, 12, 27), (2027, 12, 28)),
}
PLACES: tuple[dict[str, Any], ...] = (
    {"name": "Ahmedabad", "time_zone": "Asia/Kolkata", "closed_weekdays": [6], "phone": "+91 98765 00000"},
    {
        "name": "London", "time_zone": "Europe/London", "closed_weekdays": [5, 6], "mail_from": time(8, 30),
        "mail_until": time(19), "country": "GB", "label_region": "EU",
    },
)  # fmt: skip
NAMES = tuple(str(place["name"]) for place in PLACES)
HOURS = ((time(9), time(13)), (time(14), time(18)))
MINUTES = 30


@dataclass
class Place:
    """One location, who works there, and which of their times are taken."""

    location: Location
    desk: User
    doctors: list[User]
    rooms: list[Room]
    vials: list[Vial] = field(default_factory=list)
    taken: set[tuple[int, datetime]] = field(default_factory=set)

    def at(self, day: date, clock: time) -> datetime:
        """The instant of a wall-clock time here."""
        return at_local(day, clock, self.location.zone)

    def is_open(self, day: date) -> bool:
        """Whether anybody works that day, as known now."""
        closed = day.weekday() in self.location.closed_weekdays
        return not closed and not self.location.closures.filter(on=day).exists()

    def times(self, day: date) -> list[datetime]:
        """When a visit may start that day."""
        found = []
        for opens, closes in HOURS:
            moment, end = self.at(day, opens), self.at(day, closes)
            while moment + timedelta(minutes=MINUTES) <= end:
                found.append(moment)
                moment += timedelta(minutes=MINUTES)
        return found


@dataclass
class World:
    """The clinic as a process that plays it knows it."""

    places: dict[str, Place]
    consultation: AppointmentType
    injection: AppointmentType
    books: Books


def build(patients: int, log: EventLog) -> None:
    """Make the clinic, and write it down for the checker."""
    product = ProductVersion.objects.current().get(key=PRODUCT)
    for number, facts in enumerate(PLACES):
        location = Location.objects.create(sender_name="Kadamb Clinic", **facts)
        manager = _member(f"manager{number}", Role.MANAGER, location)
        _member(f"desk{number}", Role.FRONT_DESK, location)
        for doctor in range(max(2, patients // len(PLACES) // PATIENTS_A_DOCTOR + 1)):
            Room.objects.create(location=location, name=f"Room {doctor}")
            _hours(_member(f"doctor{number}{doctor}", Role.CLINICIAN, location), location)
        receive_lot(
            location=location, product=product, number=f"C77{number}", expires_on=date(2029, 6, 30),
            is_month_only=False, vial_units=Decimal(200), vials=patients * 3 + 20, by=manager, now=BEGINS,
        )  # fmt: skip
        log.write(
            BEGINS, "place", name=location.name, zone=location.time_zone, mail_from=str(location.mail_from),
            mail_until=str(location.mail_until), closed=location.closed_weekdays,
        )  # fmt: skip
        for parts in FIRST_CLOSURES[location.name]:
            close(location, date(*parts), log, now=BEGINS)
    for name, kind in (("Consultation", AppointmentKind.CONSULTATION), ("Injection", AppointmentKind.INJECTION)):
        AppointmentType.objects.create(
            name=name, public_name="Visit", kind=kind, minutes=MINUTES, after_buffer_minutes=0,
            needs_intake=kind == AppointmentKind.CONSULTATION,
        )  # fmt: skip
    log.write(BEGINS, "spoken", languages=[one for one in ("en", "hi", "gu") if is_spoken(one)])


def close(location: Location, day: date, log: EventLog, *, now: datetime) -> None:
    """Close a place for a day."""
    Closure.objects.create(location=location, on=day, name="Holiday")
    log.write(now, "closure", place=location.name, on=day)


def known(names: tuple[str, ...]) -> World:
    """The clinic as it stands in the database, these places of it."""
    places = {}
    for location in Location.objects.filter(name__in=names):
        staff = list(User.objects.filter(locations=location).order_by("pk"))
        vials = Vial.objects.filter(lot__location=location).select_related("lot").order_by("-pk")
        places[location.name] = Place(
            location=location,
            desk=next(one for one in staff if one.role == Role.FRONT_DESK),
            doctors=[one for one in staff if one.role == Role.CLINICIAN],
            rooms=list(location.rooms.order_by("pk")),
            vials=list(vials),
        )
    kinds = {one.kind: one for one in AppointmentType.objects.all()}
    return World(places, kinds[AppointmentKind.CONSULTATION], kinds[AppointmentKind.INJECTION], Books())


def _member(name: str, role: Role, location: Location) -> User:
    user: User = User.objects.create_user(email=f"{name}@interval.example", full_name=f"Dr {name}", role=role)
    user.locations.add(location)
    return user


def _hours(doctor: User, location: Location) -> None:
    ProviderHours.objects.bulk_create(
        ProviderHours(clinician=doctor, location=location, weekday=weekday, starts=starts, ends=ends)
        for weekday in range(7)
        if weekday not in location.closed_weekdays
        for starts, ends in HOURS
    )
