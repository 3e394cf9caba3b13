"""The demo clinic's house: a location, rooms, staff with accounts, kinds of visit, hours, a stocked fridge."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from clinic.locations.models import Closure, Location, Room
from clinic.staff.models import Role, User
from scheduling.models import AppointmentKind, AppointmentType, ProviderHours
from treatments.models import ProductVersion
from treatments.stocking import receive_lot
from treatments.thermometer import answer_excursions, write_reading

SMALL_VIALS = "C7812B1"
"""The lot of the smaller vials."""

WARM_READING = 5
"""Half-days ago."""

DOCTORS = (
    ("clinician@interval.example", "Dr Meera Solanki"),
    ("clinician2@interval.example", "Dr Farhan Qureshi"),
    ("clinician3@interval.example", "Dr Nandini Iyer"),
)
HOURS = ((time(10), time(13)), (time(17), time(20)))
OPEN_WEEKDAYS = range(6)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class House:
    """What the stories happen in."""

    location: Location
    rooms: list[Room]
    desk: User
    manager: User
    doctors: list[User]
    consultation: AppointmentType
    injection: AppointmentType
    review: AppointmentType


def build(*, password: str, today: date) -> House:
    """Make the house once; found again it is left as it is."""
    location, _ = Location.objects.get_or_create(
        name="Ahmedabad",
        defaults={
            "sender_name": "Kadamb Clinic",
            "address": "2nd floor, 12 Neem Road, Ahmedabad 380000",
            "phone": "+91 98765 00000",
            "closed_weekdays": [SUNDAY],
            "holiday_state": "GJ",
        },
    )
    for day, name in ((date(today.year + 1, 1, 14), "Uttarayan"), (today + timedelta(days=20), "Staff training")):
        Closure.objects.get_or_create(location=location, on=day, defaults={"name": name})
    rooms = [Room.objects.get_or_create(location=location, name=f"Room {number}")[0] for number in (1, 2, 3, 4)]
    desk = _member("desk@interval.example", "Hetal Rathod", Role.FRONT_DESK, location, password)
    manager = _member("manager@interval.example", "Kavita Desai", Role.MANAGER, location, password)
    doctors = [_member(email, name, Role.CLINICIAN, location, password) for email, name in DOCTORS]
    for doctor in doctors:
        for weekday in OPEN_WEEKDAYS:
            for starts, ends in HOURS:
                ProviderHours.objects.get_or_create(
                    clinician=doctor, location=location, weekday=weekday, starts=starts, ends=ends
                )
    return House(
        location=location,
        rooms=rooms,
        desk=desk,
        manager=manager,
        doctors=doctors,
        consultation=_kind("Consultation", AppointmentKind.CONSULTATION, 45, 0, needs_intake=True),
        injection=_kind("Injection", AppointmentKind.INJECTION, 30, 15),
        review=_kind("Review", AppointmentKind.REVIEW, 15, 0),
    )


def stock_the_fridge(house: House, *, today: date, now: datetime, vials: int) -> None:
    """Receive the toxin the stories use and some for the days to come, a lot that soon expires among it."""
    product = ProductVersion.objects.current().get(key="onabotulinumtoxinA")
    sizes = [Decimal(size) for size in product.facts["vial_units"]["value"]]
    for number, came_before, expires_in, count, size in (
        ("C7731A3", 600, 700, vials, max(sizes)),  # before the first story begins
        (SMALL_VIALS, 30, 400, 12, sorted(sizes)[-2]),
        ("C7402C2", 90, 25, 3, max(sizes)),
    ):
        receive_lot(
            location=house.location,
            product=product,
            number=number,
            expires_on=today + timedelta(days=expires_in),
            is_month_only=False,
            vial_units=size,
            vials=count,
            by=house.manager,
            now=now - timedelta(days=came_before),
        )


def read_the_thermometer(house: House, *, now: datetime) -> None:
    """A week of readings, morning and evening: one of them warm, found and answered by the manager."""
    for half_days in range(14, 0, -1):
        read_at = now - timedelta(hours=12 * half_days)
        is_warm = half_days == WARM_READING
        reading = write_reading(
            location=house.location,
            min_c=Decimal("3.1"),
            max_c=Decimal("9.4") if is_warm else Decimal("5.8"),
            now_c=Decimal("4.6"),
            read_at=read_at,
            note="Door found ajar" if is_warm else "",
            by=house.doctors[0] if half_days % 2 else house.manager,
            now=read_at,
        )
        if is_warm:
            answer_excursions(
                reading=reading, affected=(), note="Half an hour; the maker says the vials may be used",
                by=house.manager, now=read_at + timedelta(hours=1),
            )  # fmt: skip


def _member(email: str, name: str, role: Role, location: Location, password: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email=email, full_name=name, role=role, password=password)
    user.locations.add(location)
    return user


def _kind(name: str, kind: str, minutes: int, buffer: int, *, needs_intake: bool = False) -> AppointmentType:
    found, _ = AppointmentType.objects.get_or_create(
        name=name,
        defaults={
            "public_name": name,
            "kind": kind,
            "minutes": minutes,
            "after_buffer_minutes": buffer,
            "needs_intake": needs_intake,
            "is_online": kind != AppointmentKind.INJECTION,  # strangers book none
        },
    )
    return found
