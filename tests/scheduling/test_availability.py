"""What is free, from the rows: who works and gives what where, who is away, what is closed, what is held."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from clinic.locations.models import Closure, Room
from clinic.staff.models import User
from scheduling import availability, booking
from scheduling.errors import SlotTaken
from scheduling.models import (
    Absence,
    Appointment,
    AppointmentKind,
    AppointmentType,
    ExtraHours,
    ProviderHours,
    ProviderType,
)
from tests.outbox.owner import as_owner
from tests.patients.making import place
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor, someone

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + timedelta(days=1)


def free(here: Clinic, **asked: Any) -> list[str]:
    """The doctor's free times of Tuesday for a consultation, as the clock says them."""
    return [f"{one.starts_at.astimezone(here.location.zone):%H:%M}" for one in found(here, **asked)]


def found(here: Clinic, **asked: Any) -> list[availability.FreeTime]:
    facts: dict[str, Any] = {
        "location": here.location,
        "kind": here.consultation,
        "clinicians": [here.doctor],
        "first": TUESDAY,
        "last": TUESDAY,
        "now": NOW,
    }
    return availability.free_times(**facts | asked)


def away(here: Clinic, first: date, last: date, starts: str = "", ends: str = "", **facts: Any) -> Absence:
    return Absence.objects.create(**{
        "clinician": here.doctor, "first_on": first, "last_on": last, "reason": "Course", "entered_by": here.desk,
        "entered_at": NOW, "starts": time.fromisoformat(starts) if starts else None,
        "ends": time.fromisoformat(ends) if ends else None,
    } | facts)  # fmt: skip


def extra(here: Clinic, on: date, starts: str, ends: str, **facts: Any) -> ExtraHours:
    return ExtraHours.objects.create(**{
        "clinician": here.doctor, "location": here.location, "on": on, "starts": time.fromisoformat(starts),
        "ends": time.fromisoformat(ends), "entered_by": here.desk, "entered_at": NOW,
    } | facts)  # fmt: skip


def gives(doctor: User, kind: AppointmentType, *rooms: Room) -> None:
    ProviderType.objects.create(clinician=doctor, type=kind).rooms.set(rooms)


MORNING = ["10:00", "10:15", "10:30", "10:45", "11:00", "11:15", "11:30", "11:45", "12:00", "12:15"]
EVENING = ["17:00", "17:15", "17:30", "17:45", "18:00", "18:15", "18:30", "18:45", "19:00", "19:15"]


def test_nothing_is_free_on_days_away(here: Clinic) -> None:
    away(here, TUESDAY, TUESDAY)
    assert free(here) == []
    assert free(here, first=WEDNESDAY, last=WEDNESDAY) == MORNING + EVENING


def test_a_stretch_away_leaves_the_rest_of_the_day(here: Clinic) -> None:
    away(here, TUESDAY - timedelta(days=5), TUESDAY, "10:00", "17:30")
    assert free(here) == EVENING[2:]


def test_who_is_away_somewhere_else_works_here(here: Clinic) -> None:
    away(here, TUESDAY, TUESDAY, location=place(name="Elsewhere"))
    assert free(here) == MORNING + EVENING


def test_an_absence_taken_back_counts_no_more(here: Clinic) -> None:
    away(here, TUESDAY, TUESDAY, taken_back_at=NOW)
    assert free(here) == MORNING + EVENING


def test_an_extra_clinic_is_free_on_its_day_alone(here: Clinic) -> None:
    sunday = TUESDAY + timedelta(days=5)
    extra(here, sunday, "09:00", "10:00")
    extra(here, sunday, "15:00", "16:00", taken_back_at=NOW)
    assert free(here, first=sunday, last=sunday) == ["09:00", "09:15"]
    assert free(here, first=sunday + timedelta(days=7), last=sunday + timedelta(days=7)) == []


def test_who_is_away_is_away_in_an_extra_clinic_too(here: Clinic) -> None:
    extra(here, TUESDAY, "13:00", "15:00")
    assert "14:00" in free(here)
    away(here, TUESDAY, TUESDAY)
    assert free(here) == []


def test_a_closed_day_stays_closed_for_an_extra_clinic(here: Clinic) -> None:
    extra(here, TUESDAY, "13:00", "15:00")
    assert "14:00" in free(here)
    Closure.objects.create(location=here.location, on=TUESDAY, name="Holi")
    assert free(here) == []


def test_a_clinician_without_rows_gives_every_type_and_one_with_rows_those_alone(here: Clinic) -> None:
    other = another_doctor(here)
    gives(other, here.injection)
    assert {one.clinician for one in found(here, clinicians=[here.doctor, other])} == {here.doctor}
    assert {one.clinician for one in found(here, clinicians=[here.doctor, other], kind=here.injection)} == {
        here.doctor,
        other,
    }
    assert availability.clinicians_giving([here.consultation], location=here.location) == {
        here.consultation.pk: [here.doctor]
    }


def test_a_visit_is_free_in_the_named_rooms_alone(here: Clinic) -> None:
    gives(here.doctor, here.consultation, here.rooms[1])
    assert {one.room for one in found(here)} == {here.rooms[1]}
    here.visit("10:30", clinician=another_doctor(here), room=here.rooms[1])
    assert free(here)[:3] == ["11:15", "11:30", "11:45"]  # the other room is free and not of use


def test_rooms_named_elsewhere_alone_are_none_here(here: Clinic) -> None:
    there = Room.objects.create(location=place(name="Elsewhere"), name="Room 9")
    gives(here.doctor, here.consultation, there)
    assert free(here) == []


def test_a_location_without_rooms_gives_its_visits_in_none(here: Clinic) -> None:
    Room.objects.update(is_active=False)
    assert {one.room for one in found(here)} == {None}


def test_order_of_breaks_is_of_no_account(here: Clinic) -> None:
    """BTX-008: 9:30 to 17:30 with breaks at 15:00-15:15 and 12:30-13:30 in any order; here breaks are times away."""
    ProviderHours.objects.all().delete()
    ProviderHours.objects.create(
        clinician=here.doctor, location=here.location, weekday=1, starts=time(9, 30), ends=time(17, 30)
    )
    hour = AppointmentType.objects.create(name="Long", public_name="Visit", kind=AppointmentKind.REVIEW, minutes=60)
    breaks = [("15:00", "15:15"), ("12:30", "13:30"), ("13:00", "13:15")]  # the last lies within the second
    lists = []
    for order in (breaks, breaks[::-1]):
        Absence.objects.update(taken_back_at=NOW)
        for starts, ends in order:
            away(here, TUESDAY, TUESDAY, starts, ends)
        lists.append(free(here, kind=hour))
    assert lists[0] == lists[1]
    assert {"11:30", "13:30", "14:00"} <= set(lists[0])
    assert not {"11:45", "12:30", "13:00", "14:15", "15:00"} & set(lists[0])


def test_a_visit_is_no_clash_with_itself_and_another_is(here: Clinic) -> None:
    """BTX-004: an hour at 11:30 may be moved to 11:45, saved as it is, and is stopped by another visit at 12:30."""
    ProviderHours.objects.update(ends=time(21))
    here.consultation.minutes, here.consultation.after_buffer_minutes = 60, 0
    here.consultation.save()
    visit = here.visit("17:30")
    assert "17:45" not in free(here)
    assert "17:45" in free(here, moving=visit)
    for clock in ("17:45", "17:45", "17:30"):
        visit = booking.move(
            appointment=visit, slot=here.slot(clock), seen_version=visit.version, by=here.desk, now=NOW
        )
    other = here.visit("18:30")
    assert "17:45" not in free(here, moving=visit)
    with pytest.raises(SlotTaken):
        booking.move(appointment=visit, slot=here.slot("17:45"), seen_version=visit.version, by=here.desk, now=NOW)
    assert other.state == "booked"


@pytest.mark.parametrize("how", ["cancelled", "moved away"])
def test_a_time_given_up_is_free_at_once(here: Clinic, how: str) -> None:
    """BTX-005 a and b, in the list (c, a missed visit, is past; d speaks of soft deletion, which there is not)."""
    visit = here.visit("10:30")
    assert "10:30" not in free(here)
    if how == "cancelled":
        booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    else:
        booking.move(appointment=visit, slot=here.slot("18:00"), seen_version=1, by=here.desk, now=NOW)
    assert "10:30" in free(here)
    assert here.visit("10:30").state == "booked"


def test_a_buffer_is_that_of_the_visit_before_it(here: Clinic) -> None:
    """BTX-007: 45 minutes from 16:00 and 15 to tidy up: not at 16:45, not at 16:50, at 17:00; before it by its own."""
    ProviderHours.objects.update(starts=time(15), ends=time(20))
    here.injection.minutes, here.injection.after_buffer_minutes = 45, 15
    here.injection.save()
    bare = AppointmentType.objects.create(name="Review", public_name="Visit", kind=AppointmentKind.REVIEW, minutes=30)
    short = AppointmentType.objects.create(
        name="Short", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30, after_buffer_minutes=15
    )
    here.visit("16:00", type=here.injection)
    bare_times, short_times = free(here, kind=bare), free(here, kind=short)
    assert ("15:30" in bare_times, "15:30" in short_times) == (True, False)
    assert not {"16:45", "16:50"} & {*bare_times, *short_times}
    assert ("17:00" in bare_times, "17:00" in short_times) == (True, True)
    for clock in ("16:45", "16:50"):
        with pytest.raises(SlotTaken):
            here.visit(clock, type=bare)
    here.injection.after_buffer_minutes = 60  # later, for visits to come: what stands keeps what it was booked with
    here.injection.save()
    assert "17:00" in free(here, kind=bare)


def test_a_patients_other_visit_counts_without_its_buffer(here: Clinic) -> None:
    asha = someone()
    here.visit("10:30", patient=asha, clinician=another_doctor(here), room=here.rooms[1])  # to 11:00, and 15 to tidy up
    assert free(here, patient_public_id=asha.public_id)[:3] == ["10:00", "11:00", "11:15"]
    assert free(here, patient_public_id=someone("Bela").public_id)[:3] == ["10:00", "10:15", "10:30"]


def test_first_free_is_with_whoever_is_free_first(here: Clinic) -> None:
    other = another_doctor(here)
    away(here, TUESDAY, TUESDAY + timedelta(days=40))
    first = first_free(here, [here.doctor, other])
    assert first is not None
    assert (first.clinician, first.starts_at) == (other, here.at("10:00"))
    alone = first_free(here, [here.doctor])
    assert alone is not None
    assert alone.starts_at == here.at("10:00", TUESDAY + timedelta(days=41))
    ProviderHours.objects.filter(clinician=here.doctor).delete()
    assert first_free(here, [here.doctor]) is None


def first_free(here: Clinic, clinicians: list[User]) -> availability.FreeTime | None:
    return availability.first_free(
        location=here.location, kind=here.consultation, clinicians=clinicians, first=TUESDAY, now=NOW
    )


def test_the_same_weekday_and_time_some_weeks_on(here: Clinic) -> None:
    twelve = TUESDAY + timedelta(weeks=12)
    assert as_then(here, weeks=12) == here.at("10:30", twelve)
    here.visit("10:30", day=twelve)  # until 11:15 with its buffer
    assert as_then(here, weeks=12) == here.at("11:15", twelve)
    Closure.objects.create(location=here.location, on=twelve, name="Closed")
    assert as_then(here, weeks=12) == here.at("10:30", twelve + timedelta(weeks=1))


def test_the_same_time_is_never_before_the_permitted_day(here: Clinic) -> None:
    permitted = TUESDAY + timedelta(weeks=12, days=1)
    assert as_then(here, weeks=12, not_before=permitted) == here.at("10:30", TUESDAY + timedelta(weeks=13))


def as_then(here: Clinic, *, weeks: int, not_before: date = TUESDAY) -> datetime | None:
    chosen = availability.as_then(
        then=here.at("10:30"),
        weeks=weeks,
        location=here.location,
        kind=here.consultation,
        clinicians=[here.doctor],
        not_before=not_before,
        now=NOW,
    )
    return chosen.starts_at if chosen else None


def test_patients_see_what_lies_within_notice_and_horizon(here: Clinic) -> None:
    here.consultation.notice_minutes, here.consultation.horizon_days = 24 * 60 + 45, 2
    here.consultation.save()  # ten on Monday: from 10:45 on Tuesday until Wednesday
    asked: dict[str, Any] = {
        "location": here.location, "kind": here.consultation, "clinicians": [here.doctor],
        "first": date(2027, 1, 1), "last": date(2028, 1, 1), "now": NOW,
    }  # fmt: skip
    times = [one.starts_at for one in availability.for_patients(**asked)]
    assert (times[0], times[-1]) == (here.at("10:45"), here.at("19:15", WEDNESDAY))
    assert free(here)[0] == "10:00"  # the desk is not bound


@pytest.mark.parametrize(("people", "rooms", "weeks"), [(1, 1, 1), (3, 3, 4)])
def test_free_times_are_read_in_five_questions(
    here: Clinic, people: int, rooms: int, weeks: int, django_assert_num_queries: Any
) -> None:
    doctors = [here.doctor, *(another_doctor(here, f"Dr {number}") for number in range(people - 1))]
    for number in range(rooms):
        room = Room.objects.create(location=here.location, name=f"Extra {number}")
        away(here, TUESDAY, TUESDAY, f"1{number}:00", f"1{number}:10")
        gives(doctors[number % people], here.consultation, room) if people > 1 else None
        here.visit("17:30", day=TUESDAY + timedelta(days=number), clinician=doctors[number % people], room=None)
    with django_assert_num_queries(5):
        found(here, clinicians=doctors, last=TUESDAY + timedelta(weeks=weeks))


def test_a_visit_of_the_night_before_is_seen_though_it_began_on_another_day(here: Clinic) -> None:
    ProviderHours.objects.update(starts=time(0), ends=time(23, 59))
    here.visit("23:45", day=TUESDAY - timedelta(days=1))  # until 00:30 with its buffer
    assert free(here)[0] == "00:30"
    assert Appointment.objects.get().occupied_until == here.at("00:30")


def test_years_of_visits_are_not_read(here: Clinic) -> None:
    """Five thousand visits over twelve years: the plan and what it touches are looked at, not the time."""
    visit = here.visit("10:30")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scheduling_appointment DISABLE TRIGGER USER")  # no history of what is loaded
        for name in ("clinician", "room", "patient"):
            cursor.execute(f"ALTER TABLE scheduling_appointment DROP CONSTRAINT appointment_{name}_free")
        cursor.execute(
            """
            INSERT INTO scheduling_appointment SELECT (jsonb_populate_record(visit, jsonb_build_object(
              'id', id + n, 'public_id', gen_random_uuid(), 'state', 'completed',
              'starts_at', starts_at - ago, 'ends_at', ends_at - ago, 'occupied_until', occupied_until - ago))).*
            FROM scheduling_appointment visit, generate_series(1, 5000) n,
              LATERAL (SELECT n * interval '22 hours' AS ago) l
            WHERE id = %s
            """,
            [visit.pk],
        )
        cursor.execute("ANALYZE scheduling_appointment")
    start, end = here.at("00:00"), here.at("00:00", TUESDAY + timedelta(days=28))
    mine = Q(location=here.location) | Q(clinician=here.doctor)
    for asked in (mine, mine | Q(patient=visit.patient)):
        bounded = Appointment.objects.touching(start, end).filter(asked).explain(analyze=True, format="json")
        assert rows_read(bounded) < 50
        unbounded = Appointment.objects.filter(asked, occupied_until__gt=start, starts_at__lt=end)
        assert rows_read(unbounded.explain(analyze=True, format="json")) > 5000  # the control


def rows_read(plan: str) -> int:
    """How many rows a plan touched: those it kept, and those it looked at and left."""

    def of(node: dict[str, Any]) -> int:
        mine = int(node["Actual Rows"]) + int(node.get("Rows Removed by Filter", 0))
        return mine + sum(of(child) for child in node.get("Plans", []))

    return of(json.loads(plan)[0]["Plan"])
