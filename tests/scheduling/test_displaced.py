"""Booked visits that cannot stay: what displaces them, what brings them back, and where they can go."""

from datetime import date, time, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from clinic.lib.db import violated
from clinic.locations.models import Closure, Location
from clinic.outbox.models import Letter
from scheduling import booking, displaced, setting_places
from scheduling.booking import Leave
from scheduling.displaced import Why
from scheduling.errors import EditedMeanwhile, TakenBackAlready
from scheduling.models import Absence, Appointment, ExtraHours, KeptVisit, ProviderHours, ProviderType
from scheduling.supplying import away
from scheduling.supplying.away import ExtraFacts, LeaveFacts
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor, someone

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + timedelta(days=1)


def whys(here: Clinic) -> list[tuple[str, Why]]:
    found = displaced.displaced(Appointment.objects.visible_to(here.desk), now=NOW)
    return [(f"{one.visit.starts_at.astimezone(here.location.zone):%d %H:%M}", one.why) for one in found]


def leave(here: Clinic, day: date = TUESDAY, *, starts: time | None = None, ends: time | None = None) -> Absence:
    facts = LeaveFacts(
        clinician=here.doctor, location=None, first_on=day, last_on=day, starts=starts, ends=ends, reason="Ill"
    )
    return away.enter_leave(facts=facts, by=here.desk, now=NOW)


def test_a_visit_within_hours_stands(here: Clinic) -> None:
    here.visit("10:30")
    assert whys(here) == []


def test_a_day_closed_later_lists_the_visits_already_on_it(here: Clinic) -> None:
    """BTX-011, second half: nothing is dropped, and opened again nothing is listed."""
    here.visit("10:30")
    here.visit("19:00")
    here.visit("10:30", day=WEDNESDAY)
    setting_places.change_closures(location=here.location, added=((TUESDAY, "Election"),), by=here.desk, now=NOW)
    found = displaced.displaced(Appointment.objects.visible_to(here.desk), now=NOW)
    assert [(one.why, one.name) for one in found] == [(Why.CLOSED, "Election")] * 2
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}
    closure = Closure.objects.get()
    setting_places.change_closures(
        location=here.location, added=(), removed=(closure.public_id,), by=here.desk, now=NOW
    )
    assert whys(here) == []


def test_leave_lists_what_lies_in_it_and_taken_back_nothing(here: Clinic) -> None:
    here.visit("10:30")
    here.visit("10:30", day=WEDNESDAY)
    absence = leave(here)
    assert whys(here) == [("02 10:30", Why.AWAY)]
    away.take_back(row=absence, by=here.desk, now=NOW)
    assert whys(here) == []
    away.restore(row=absence, by=here.desk, now=NOW)
    assert whys(here) == [("02 10:30", Why.AWAY)]


def test_leave_of_some_hours_lists_only_what_overlaps(here: Clinic) -> None:
    for clock in ("10:00", "12:00", "17:00"):
        here.visit(clock)
    leave(here, starts=time(12, 15), ends=time(17))
    assert whys(here) == [("02 12:00", Why.AWAY)]


def test_shortened_hours_list_what_they_leave_out(here: Clinic) -> None:
    here.visit("10:30")
    here.visit("19:00")
    ProviderHours.objects.filter(clinician=here.doctor, starts=time(17)).update(ends=time(19, 15))
    assert whys(here) == [("02 19:00", Why.HOURS)]


def test_a_visit_across_two_stretches_that_touch_stands(here: Clinic) -> None:
    ProviderHours.objects.filter(clinician=here.doctor, starts=time(17)).update(starts=time(13))
    here.visit("12:45")
    assert whys(here) == []


def test_a_visit_in_an_extra_clinic_stands_until_that_is_taken_back(here: Clinic) -> None:
    sunday = TUESDAY + timedelta(days=5)
    facts = ExtraFacts(
        clinician=here.doctor, location=here.location, on=sunday, starts=time(9), ends=time(12), reason=""
    )
    extra = away.add_extra(facts=facts, by=here.desk, now=NOW)
    here.visit("10:00", day=sunday)
    assert whys(here) == []
    away.take_back(row=extra, by=here.desk, now=NOW)
    assert whys(here) == [("07 10:00", Why.HOURS)]
    assert ExtraHours.objects.get().taken_back_at == NOW


def test_rooms_types_and_people_that_are_gone_list_their_visits(here: Clinic) -> None:
    visit = here.visit("10:30")
    room = here.rooms[0]
    type(room).objects.filter(pk=room.pk).update(is_active=False)
    assert whys(here) == [("02 10:30", Why.ROOM)]
    type(room).objects.filter(pk=room.pk).update(is_active=True)
    row = ProviderType.objects.create(clinician=here.doctor, type=here.injection)
    assert whys(here) == [("02 10:30", Why.TYPE)]
    ProviderType.objects.create(clinician=here.doctor, type=here.consultation).rooms.add(here.rooms[1])
    assert whys(here) == [("02 10:30", Why.ROOM)]
    ProviderType.objects.all().delete()
    assert row.pk
    assert whys(here) == []
    type(here.doctor).objects.filter(pk=visit.clinician_id).update(is_active=False)
    assert whys(here) == [("02 10:30", Why.LEFT)]


def test_an_overbooked_visit_is_listed_for_a_closed_day_but_not_for_hours(here: Clinic) -> None:
    here.visit("15:00", leave=Leave(overbook_reason="In pain"))
    assert whys(here) == []
    Closure.objects.create(location=here.location, on=TUESDAY, name="Election")
    assert whys(here) == [("02 15:00", Why.CLOSED)]


def test_visits_of_the_past_and_ended_ones_are_left_alone(here: Clinic) -> None:
    gone = here.visit("10:30")
    booking.cancel(appointment=gone, reason="Ill", by=here.desk, now=NOW)
    here.visit("11:30", day=NOW.date())
    Closure.objects.create(location=here.location, on=TUESDAY, name="Election")
    Closure.objects.create(location=here.location, on=NOW.date(), name="Strike")
    assert whys(here) == [("01 11:30", Why.CLOSED)]
    later = here.at("11:45", NOW.date())
    assert displaced.displaced(Appointment.objects.all(), now=later) == []


def test_a_kept_visit_is_off_the_list_until_it_moves(here: Clinic) -> None:
    visit = here.visit("10:30")
    leave(here)
    kept = displaced.keep(appointment=visit, reason="Comes in for her", seen_version=1, by=here.desk, now=NOW)
    again = displaced.keep(appointment=visit, reason="Pressed twice", seen_version=1, by=here.desk, now=NOW)
    assert kept == again
    assert whys(here) == []
    displaced.take_back_keeping(kept=kept, by=here.desk, now=NOW)
    assert whys(here) == [("02 10:30", Why.AWAY)]
    with pytest.raises(TakenBackAlready):
        displaced.take_back_keeping(kept=kept, by=here.desk, now=NOW)
    with pytest.raises(EditedMeanwhile):
        displaced.keep(appointment=visit, reason="Late", seen_version=9, by=here.desk, now=NOW)


def test_the_table_keeps_a_visit_once_and_for_a_reason(here: Clinic) -> None:
    facts = {"appointment": here.visit("10:30"), "sequence": 0, "kept_by": here.desk, "kept_at": NOW}
    KeptVisit.objects.create(reason="Comes in", **facts)
    for reason, name in (("Again", "visit_is_kept_once"), ("", "visit_is_kept_for_a_reason")):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            KeptVisit.objects.create(reason=reason, **facts | ({} if reason else {"sequence": 1}))
        assert violated(refused.value) == name


def test_what_a_deed_would_displace_is_foreseen_and_nothing_is_done(here: Clinic) -> None:
    here.visit("10:30")
    before = here.visit("19:00")
    ProviderHours.objects.filter(clinician=here.doctor, starts=time(17)).update(ends=time(18))
    found = displaced.foreseen(lambda: leave(here), among=Appointment.objects.all(), now=NOW)
    assert [one.visit.starts_at for one in found] == [here.at("10:30")]
    assert not Absence.objects.exists()
    assert whys(here) == [("02 19:00", Why.HOURS)]
    assert before.pk


def test_next_times_lie_near_the_old_hour_with_the_same_clinician_and_with_others(here: Clinic) -> None:
    other = another_doctor(here)
    visit = here.visit("10:30")
    leave(here)
    offered = displaced.next_times(visit, now=NOW)
    zone = here.location.zone
    assert [f"{free.starts_at.astimezone(zone):%d %H:%M}" for free in offered.same] == [
        "03 10:30", "04 10:30", "05 10:30", "06 10:30",
    ]  # fmt: skip
    assert [f"{free.starts_at.astimezone(zone):%d %H:%M}" for free in offered.others] == [
        "02 10:30", "03 10:30", "04 10:30", "05 10:30",
    ]  # fmt: skip
    assert {free.clinician for free in offered.others} == {other}


def test_a_visit_moved_off_the_list_owes_one_letter(here: Clinic) -> None:
    visit = here.visit("10:30", patient=someone())
    later = NOW + timedelta(minutes=5)
    Letter.objects.about(visit).of_kind("appointment_confirmed").update(
        state="sent", attempt=1, handing_over_at=later, sent_at=later, ended_at=later
    )
    leave(here)
    free = displaced.next_times(visit, now=later).same[0]
    booking.move(
        appointment=visit,
        slot=here.slot("10:30", WEDNESDAY, room=free.room),
        seen_version=visit.version,
        by=here.desk,
        now=later,
    )
    assert whys(here) == []
    told = Letter.objects.about(visit).exclude(letter="appointment_reminder").exclude(state="withdrawn")
    assert sorted(told.values_list("letter", flat=True)) == ["appointment_confirmed", "appointment_moved"]


def test_the_list_asks_the_same_for_one_visit_and_for_three(here: Clinic) -> None:
    asked: list[int] = []
    for clocks in (("10:30",), ("11:30", "17:30")):
        for clock in clocks:
            here.visit(clock)
        absence = leave(here)
        with CaptureQueriesContext(connection) as queries:
            whys(here)
        asked.append(len(queries))
        away.take_back(row=absence, by=here.desk, now=NOW)
    assert asked == [2, 2]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Europe/London", "America/New_York"])
def test_the_locations_own_clock_decides_on_both_sides_of_a_change(here: Clinic, zone: str) -> None:
    """London and New York put the clock on between the two Saturdays: the same hours hold, whatever UTC says."""
    Location.objects.filter(pk=here.location.pk).update(time_zone=zone)
    here.location.refresh_from_db()
    for day in (date(2027, 3, 13), date(2027, 4, 3)):
        for clock in ("10:00", "19:15"):
            here.visit(clock, day=day)
    assert whys(here) == []
    ProviderHours.objects.filter(clinician=here.doctor, starts=time(17)).update(ends=time(19, 30))
    assert whys(here) == [("13 19:15", Why.HOURS), ("03 19:15", Why.HOURS)]
