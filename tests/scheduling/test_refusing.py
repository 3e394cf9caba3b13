"""What no press books, whoever presses: closed days, absences, what is not given; and what binds patients alone."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.locations.models import Closure
from clinic.staff.models import User
from patients.models import Patient
from scheduling import booking
from scheduling.booking import Leave
from scheduling.errors import (
    ClinicianAway,
    InThePast,
    LocationClosed,
    NoticeTooShort,
    NotInThatRoom,
    NotYoursToAllow,
    OutsideHours,
    TooFarAhead,
    TooSoon,
    TypeNotGiven,
)
from scheduling.models import Absence, Appointment, AppointmentType, ProviderHours, ProviderType
from tests.scheduling.made import NOW, TUESDAY, Clinic
from tests.scheduling.owed import a_follow_up

pytestmark = pytest.mark.django_db
BESIDE = Leave(overbook_reason="Pain crisis")
HOLIDAY = date(2027, 1, 26)  # a Tuesday


@pytest.fixture
def open_all_night(here: Clinic) -> Clinic:
    """Open around the clock, Monday to Saturday."""
    ProviderHours.objects.all().delete()
    for weekday in range(6):
        ProviderHours.objects.create(
            clinician=here.doctor, location=here.location, weekday=weekday, starts=time(0), ends=time(23, 59)
        )
    here.consultation.after_buffer_minutes = 0
    here.consultation.save()
    return here


@pytest.fixture
def waiting(here: Clinic) -> Patient:
    """Treated on Monday, to be back in twelve weeks."""
    return a_follow_up(here.doctor, NOW).patient


@pytest.mark.parametrize("leave", [Leave(), BESIDE])
@pytest.mark.parametrize("clock", ["00:00", "09:30", "23:30"])
def test_nothing_is_booked_or_moved_into_a_closed_day(open_all_night: Clinic, clock: str, leave: Leave) -> None:
    """BTX-011: the day is the clinic's own, from midnight to midnight there; an overbooked visit is no exception."""
    here, before = open_all_night, datetime.combine(date(2027, 1, 20), time(12), NOW.tzinfo)
    Closure.objects.create(location=here.location, on=HOLIDAY, name="Republic Day")
    with pytest.raises(LocationClosed) as refusal:
        here.visit(clock, day=HOLIDAY, leave=leave, now=before)
    assert (refusal.value.on, refusal.value.name) == (HOLIDAY, "Republic Day")
    visit = here.visit("12:00", day=HOLIDAY - timedelta(days=1), now=before)
    with pytest.raises(LocationClosed):
        booking.move(
            appointment=visit, slot=here.slot(clock, HOLIDAY), seen_version=1, by=here.desk, now=before, leave=leave
        )


def test_the_days_around_a_closed_day_follow_their_hours(open_all_night: Clinic) -> None:
    """BTX-011: 23:30 the evening before, midnight the day after; and nothing that would run into the closed day."""
    here, before = open_all_night, datetime.combine(date(2027, 1, 20), time(12), NOW.tzinfo)
    Closure.objects.create(location=here.location, on=HOLIDAY, name="Republic Day")
    with pytest.raises(LocationClosed):
        here.visit("23:45", day=HOLIDAY - timedelta(days=1), now=before)
    here.visit("23:30", day=HOLIDAY - timedelta(days=1), now=before)
    here.visit("00:00", day=HOLIDAY + timedelta(days=1), now=before)
    assert Appointment.objects.count() == 2


def test_a_visit_lies_over_midnight_where_both_days_are_open(open_all_night: Clinic) -> None:
    assert open_all_night.visit("23:45").ends_at == open_all_night.at("00:15", TUESDAY + timedelta(days=1))


@pytest.mark.parametrize("leave", [Leave(), BESIDE])
def test_nobody_is_booked_with_who_is_away(here: Clinic, leave: Leave) -> None:
    Absence.objects.create(
        clinician=here.doctor, first_on=TUESDAY, last_on=TUESDAY, starts=time(11), ends=time(12), reason="Course",
        entered_by=here.desk, entered_at=NOW,
    )  # fmt: skip
    with pytest.raises(ClinicianAway):
        here.visit("10:30", leave=leave)  # tidied up until 11:15
    assert here.visit("12:00", leave=leave).starts_at == here.at("12:00")


@pytest.mark.parametrize("leave", [Leave(), BESIDE])
def test_a_type_is_booked_with_who_gives_it(here: Clinic, leave: Leave) -> None:
    ProviderType.objects.create(clinician=here.doctor, type=here.injection)
    with pytest.raises(TypeNotGiven) as refusal:
        here.visit("10:30", leave=leave)
    assert (refusal.value.who, refusal.value.what) == ("Dr Meera Solanki", "Consultation")
    assert here.visit("10:30", type=here.injection, leave=leave).type == here.injection


@pytest.mark.parametrize("leave", [Leave(), BESIDE])
def test_a_visit_is_booked_in_a_room_where_it_is_given(here: Clinic, leave: Leave) -> None:
    ProviderType.objects.create(clinician=here.doctor, type=here.consultation).rooms.add(here.rooms[1])
    with pytest.raises(NotInThatRoom):
        here.visit("10:30", leave=leave)
    assert here.visit("10:30", room=here.rooms[1], leave=leave).room == here.rooms[1]


def test_no_visit_is_booked_in_a_room_out_of_use(here: Clinic) -> None:
    here.rooms[0].is_active = False
    here.rooms[0].save()
    with pytest.raises(NotInThatRoom):
        here.visit("10:30")


def test_what_is_tidied_up_belongs_to_working_hours(here: Clinic) -> None:
    with pytest.raises(OutsideHours):
        here.visit("12:30")  # until one, and a quarter of an hour to tidy up
    assert here.visit("12:15").occupied_until == here.at("13:00")


@pytest.mark.parametrize(
    ("clock", "now", "refusal"),
    [
        ("09:30", "10:00", InThePast),
        ("11:59", "10:00", NoticeTooShort),
        ("12:00", "10:00", None),
        ("12:30", "10:00", None),
        ("12:00", "10:05", NoticeTooShort),
    ],
)
def test_notice_binds_a_patients_press_to_the_minute(
    open_all_night: Clinic, clock: str, now: str, refusal: type[Exception] | None
) -> None:
    """BTX-010: two hours of notice, asked of the deed; the last row is a page opened at 9:50 and pressed at 10:05.

    A treatment that took place and was not booked is written down as a session (a late entry), never as a visit.
    """
    monday, here = date(2027, 1, 11), open_all_night
    press: dict[str, Any] = {"day": monday, "by": None, "now": here.at(now, monday)}
    if refusal is None:
        assert here.visit(clock, **press).starts_at == here.at(clock, monday)
    else:
        with pytest.raises(refusal):
            here.visit(clock, **press)
        assert not Appointment.objects.exists()


def test_notice_does_not_bind_the_desk(open_all_night: Clinic) -> None:
    monday = date(2027, 1, 11)
    visit = open_all_night.visit("11:59", day=monday, now=open_all_night.at("10:00", monday))
    assert visit.starts_at == open_all_night.at("11:59", monday)


def test_horizon_binds_a_patients_press_to_the_day(here: Clinic) -> None:
    here.consultation.horizon_days = 1  # Monday: until Tuesday, the last day whole
    here.consultation.save()
    with pytest.raises(TooFarAhead) as refusal:
        here.visit("10:00", day=TUESDAY + timedelta(days=1), by=None)
    assert refusal.value.last_on == TUESDAY
    assert here.visit("19:15", by=None).booked_by is None
    assert here.visit("10:00", day=TUESDAY + timedelta(days=1)).booked_by == here.desk


def test_a_patients_move_keeps_to_notice_and_horizon(here: Clinic) -> None:
    visit, now = here.visit("17:00"), here.at("10:00")
    with pytest.raises(NoticeTooShort):
        booking.move(appointment=visit, slot=here.slot("11:45"), seen_version=1, by=None, now=now)
    moved = booking.move(appointment=visit, slot=here.slot("12:00"), seen_version=1, by=None, now=now)
    assert moved.starts_at == here.at("12:00")


def test_an_early_injection_is_a_clinicians_to_allow_with_a_reason(here: Clinic, waiting: Patient) -> None:
    early: dict[str, Any] = {"type": here.injection, "patient": waiting}
    with pytest.raises(TooSoon):
        here.visit("10:30", by=here.doctor, **early)
    leave = Leave(early_reason="The effect has ended")
    for somebody in (here.desk, None):
        with pytest.raises(NotYoursToAllow):
            here.visit("10:30", by=somebody, leave=leave, **early)
    visit = here.visit("10:30", by=here.doctor, leave=leave, **early)
    assert visit.early_reason == "The effect has ended"
    entry = Entry.objects.get(verb="appointment.booked")
    assert (entry.by, entry.detail) == (here.doctor, {"overbooked": False, "early": True})


def test_a_move_before_the_permitted_day_is_a_clinicians_to_allow(here: Clinic, waiting: Patient) -> None:
    visit = here.visit("10:30", day=TUESDAY + timedelta(weeks=12), type=here.injection, patient=waiting)
    leave, slot = Leave(early_reason="The effect has ended"), here.slot("10:30", type=here.injection)

    def press(by: User, leave: Leave) -> Appointment:
        return booking.move(appointment=visit, slot=slot, seen_version=1, by=by, now=NOW, leave=leave)

    with pytest.raises(TooSoon):
        press(here.doctor, Leave())
    with pytest.raises(NotYoursToAllow):
        press(here.desk, leave)
    assert press(here.doctor, leave).early_reason == "The effect has ended"
    assert Entry.objects.get(verb="appointment.moved").detail == {"sequence": 1, "overbooked": False, "early": True}
    visit.refresh_from_db()
    slot = here.slot("11:30", type=here.injection)
    later = booking.move(appointment=visit, slot=slot, seen_version=2, by=here.desk, now=NOW)
    assert later.early_reason == "The effect has ended"  # allowed for half past ten is allowed for later
    slot = here.slot("10:30", type=here.injection)
    with pytest.raises(TooSoon):
        booking.move(appointment=later, slot=slot, seen_version=3, by=here.desk, now=NOW)


def test_no_visit_and_no_type_lasts_longer_than_a_day(here: Clinic) -> None:
    visit = here.visit("10:30")

    def breaks(change: Any) -> str | None:
        try:
            with transaction.atomic():
                change()
        except IntegrityError as error:
            return violated(error)
        return None

    rows, types = Appointment.objects.filter(pk=visit.pk), AppointmentType.objects.filter(pk=here.consultation.pk)
    day = timedelta(days=1)
    assert breaks(lambda: rows.update(occupied_until=visit.starts_at + day)) is None
    assert breaks(lambda: rows.update(occupied_until=visit.starts_at + day + timedelta(seconds=1))) == (
        "appointment_is_over_within_a_day"
    )
    assert breaks(lambda: types.update(minutes=1400, after_buffer_minutes=40)) is None
    assert breaks(lambda: types.update(minutes=1401, after_buffer_minutes=40)) == "appointment_type_fits_in_a_day"
