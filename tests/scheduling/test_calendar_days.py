"""What the calendar shows: columns of a day and a week, free quarter hours, who is away; by hand."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinic.lib.days import at_local
from clinic.locations.models import Closure, Room
from scheduling import booking, calendar_days
from scheduling.calendar_days import Column, DrawnStretch
from scheduling.models import Absence, ExtraHours, HeldTime
from tests.patients.making import place
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor

pytestmark = pytest.mark.django_db
MONDAY = TUESDAY - timedelta(days=1)
SUNDAY = TUESDAY + timedelta(days=5)


def columns(here: Clinic, day: date = TUESDAY) -> list[Column]:
    return calendar_days.day_by_clinician(user=here.desk, location=here.location, day=day, now=NOW)


def week_of(here: Clinic, first: date) -> list[Column]:
    return calendar_days.week_of(user=here.desk, location=here.location, first=first, clinician=here.doctor, now=NOW)


def drawn(here: Clinic, found: list[Column]) -> list[DrawnStretch]:
    return calendar_days.draw(found, zone=here.location.zone, now=NOW)


def clocks(here: Clinic, column: Any) -> list[str]:
    return [f"{at.astimezone(here.location.zone):%H:%M}" for _row, at in column.free]


def away(here: Clinic, **facts: Any) -> Absence:
    return Absence.objects.create(
        **{
            "clinician": here.doctor,
            "first_on": TUESDAY,
            "last_on": TUESDAY,
            "reason": "Conference",
            "entered_by": here.desk,
            "entered_at": NOW,
        }
        | facts
    )


def test_a_day_has_a_column_for_each_clinician_with_the_free_quarter_hours(here: Clinic) -> None:
    other = another_doctor(here)
    visit = here.visit("10:30")  # half an hour, tidied up until 11:15
    found = columns(here)
    assert [(one.head.clinician, one.booked) for one in found] == [(other, 0), (here.doctor, 1)]
    morning, evening = drawn(here, found)
    assert [len(column.free) for column in morning.columns] == [12, 9]
    assert clocks(here, morning.columns[1])[:3] == ["10:00", "10:15", "11:15"]
    assert [(cell.row, cell.rows, cell.thing) for cell in morning.columns[1].visits] == [(3, 2, visit)]
    assert morning.columns[1].begins == here.at("10:00")
    assert len(evening.columns[1].free) == 12


def test_what_has_gone_by_is_not_free(here: Clinic) -> None:
    """It is ten on Monday: the quarter hour of now still may begin."""
    morning, _evening = drawn(here, columns(here, MONDAY))
    assert clocks(here, morning.columns[0])[0] == "10:00"
    later = calendar_days.draw(columns(here, MONDAY), zone=here.location.zone, now=NOW + timedelta(minutes=1))
    assert clocks(here, later[0].columns[0])[0] == "10:15"
    assert (later[0].now_row, later[0].columns[0].now_row) == (1, 1)


def test_who_is_away_is_drawn_away_and_nothing_is_free(here: Clinic) -> None:
    away(here, starts=time(10), ends=time(11, 30))
    another_doctor(here)
    morning, _evening = drawn(here, columns(here))
    ours = morning.columns[1]
    assert [(cell.row, cell.rows, cell.thing) for cell in ours.off] == [(1, 6, "away")]
    assert clocks(here, ours)[0] == "11:30"


def test_away_is_said_beside_a_visit_that_lies_on_it(here: Clinic) -> None:
    here.visit("10:30")
    away(here, starts=time(10), ends=time(13))
    another_doctor(here)
    ours = drawn(here, columns(here))[0].columns[1]
    assert [(cell.row, cell.rows, cell.thing) for cell in ours.off] == [(1, 12, "away")]
    assert [(cell.row, cell.rows, cell.thing) for cell in ours.off_names] == [(5, 8, "away")]


def test_an_absence_taken_back_is_not_drawn(here: Clinic) -> None:
    away(here, taken_back_at=NOW)
    assert [cell for stretch in drawn(here, columns(here)) for cell in stretch.columns[0].off] == []


def test_an_extra_clinic_opens_the_day_and_others_are_not_in(here: Clinic) -> None:
    other = another_doctor(here)
    ExtraHours.objects.create(
        clinician=here.doctor,
        location=here.location,
        on=SUNDAY,
        starts=time(9),
        ends=time(10),
        entered_by=here.desk,
        entered_at=NOW,
    )
    (stretch,) = drawn(here, columns(here, SUNDAY))
    assert [(column.head.clinician, [cell.thing for cell in column.off]) for column in stretch.columns] == [
        (other, ["not_in"]),
        (here.doctor, []),
    ]


def test_a_closed_day_says_its_name_and_shows_what_is_booked_all_the_same(here: Clinic) -> None:
    visit = here.visit("10:30")
    Closure.objects.create(location=here.location, on=TUESDAY, name="Dhuleti")
    found = columns(here)
    assert [column.closed for column in found] == ["Dhuleti"]
    (stretch,) = drawn(here, found)
    assert [cell.thing for cell in stretch.columns[0].visits] == [visit]
    assert (stretch.columns[0].free, [cell.thing for cell in stretch.columns[0].off]) == ([], ["closed"])


def test_a_clinician_who_is_elsewhere_is_not_free_here(here: Clinic) -> None:
    there = place("Second place")
    here.doctor.locations.add(there)
    room = Room.objects.create(location=there, name="Room 9")
    slot = here.slot("10:30", location=there, room=room)
    booking.book(
        patient=here.visit("17:00").patient,
        slot=slot,
        by=here.desk,
        now=NOW,
        leave=booking.Leave(overbook_reason="No hours there"),
    )
    found = columns(here)
    assert found[0].booked == 1
    morning, _evening = drawn(here, found)
    assert [(cell.row, cell.rows, cell.thing) for cell in morning.columns[0].off] == [(3, 3, "not_free")]


def test_a_day_by_rooms_has_a_column_for_who_has_none(here: Clinic) -> None:
    first, second = here.visit("10:30"), here.visit("11:30", room=None)
    found = calendar_days.day_by_room(user=here.desk, location=here.location, day=TUESDAY, now=NOW)
    assert [(one.head.room, one.visits) for one in found] == [
        (here.rooms[0], [first]),
        (here.rooms[1], []),
        (None, [second]),
    ]
    morning, _evening = drawn(here, found)
    assert [len(column.free) for column in morning.columns] == [9, 12, 0]


def test_a_week_is_one_clinicians_and_leaves_out_the_days_nobody_works(here: Clinic) -> None:
    visit = here.visit("10:30")
    other = another_doctor(here)
    here.visit("10:30", clinician=other, room=here.rooms[1])
    week = week_of(here, MONDAY)
    assert [column.head.day for column in week] == [MONDAY + timedelta(days=number) for number in range(6)]
    morning, _evening = drawn(here, week)
    assert [cell.thing for cell in morning.columns[1].visits] == [visit]
    assert [column.begins for column in morning.columns][:2] == [here.at("10:00", MONDAY), here.at("10:00")]
    assert len({len(column.free) for column in morning.columns[2:]}) == 1


def test_a_week_in_which_the_clock_changes_is_one_sheet(here: Clinic) -> None:
    """London, 28 March 2027: ten on Saturday is 10:00 UTC, ten on Monday 9:00; both are the first row."""
    here.location.time_zone = "Europe/London"
    here.location.save()
    saturday = date(2027, 3, 27)
    monday = date(2027, 3, 29)
    weeks = [week_of(here, first) for first in (date(2027, 3, 22), monday)]
    begins = {column.head.day: column.begins for week in weeks for column in drawn(here, week)[0].columns}
    zone = ZoneInfo("Europe/London")
    assert begins[saturday] == at_local(saturday, time(10), zone)
    assert begins[monday] == at_local(monday, time(10), zone)
    spanning = week_of(here, saturday)
    stretch = drawn(here, spanning)[0]
    assert [column.begins.astimezone(zone).hour for column in stretch.columns] == [10] * 6


def test_a_month_counts_visits_by_local_day_and_names_who_is_away(here: Clinic) -> None:
    here.visit("10:30")
    here.visit("17:00")
    away(here, first_on=TUESDAY + timedelta(days=1), last_on=TUESDAY + timedelta(days=2))
    Closure.objects.create(location=here.location, on=TUESDAY + timedelta(days=20), name="Dhuleti")
    weeks = calendar_days.month(user=here.desk, location=here.location, on=TUESDAY)
    days = {one.day: one for week in weeks for one in week}
    assert (len(days), min(days), max(days)) == (35, date(2027, 3, 1), date(2027, 4, 4))
    assert (days[TUESDAY].booked, days[TUESDAY].works) == (2, True)
    assert days[TUESDAY + timedelta(days=2)].away == ["Dr Meera Solanki"]
    assert days[TUESDAY + timedelta(days=3)].away == []
    assert (days[TUESDAY + timedelta(days=20)].closed, days[TUESDAY + timedelta(days=20)].works) == ("Dhuleti", False)
    assert days[SUNDAY].works is False


def test_the_list_of_two_weeks_goes_by_day_and_ends_with_a_whole_one(here: Clinic) -> None:
    wednesday, thursday = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)
    for clock, day in (("10:00", TUESDAY), ("11:30", TUESDAY), ("10:30", wednesday), ("10:30", thursday)):
        here.visit(clock, day=day)
    asked: dict[str, Any] = {"user": here.desk, "location": here.location, "first": MONDAY}
    found, later = calendar_days.agenda(**asked)
    assert [(one.day, len(one.visits)) for one in found] == [(TUESDAY, 2), (wednesday, 1), (thursday, 1)]
    assert later == MONDAY + timedelta(days=14)
    found, later = calendar_days.agenda(**asked, most=3)
    assert ([one.day for one in found], later) == ([TUESDAY, wednesday], thursday)


def mark(here: Clinic, **facts: Any) -> str:
    asked: dict[str, Any] = {"user": here.desk, "location": here.location, "first": TUESDAY, "last": TUESDAY}
    asked |= {"now": NOW} | facts
    return calendar_days.mark_of(**asked)


def test_the_mark_changes_with_whatever_the_sheet_shows_and_with_nothing_else(here: Clinic) -> None:
    seen = [mark(here)]

    def changed() -> bool:
        seen.append(mark(here))
        return seen[-1] not in seen[:-1]

    visit = here.visit("10:30")
    assert changed()
    visit = booking.stretch(appointment=visit, minutes=45, seen_version=1, by=here.desk, now=NOW)
    assert changed()
    visit = booking.check_in(appointment=visit, by=here.desk, now=NOW)
    assert changed()
    absence = away(here)
    assert changed()
    Closure.objects.create(location=here.location, on=TUESDAY, name="Dhuleti")
    assert changed()
    Absence.objects.filter(pk=absence.pk).update(taken_back_at=NOW)
    assert changed()
    here.visit("10:30", day=TUESDAY + timedelta(days=1))
    assert not changed()
    assert mark(here, now=NOW + timedelta(hours=1)) == seen[-1]  # no line of now on Tuesday's sheet


def test_a_time_kept_for_somebody_is_not_free_until_it_runs_out(here: Clinic) -> None:
    before = mark(here)
    HeldTime.objects.create(
        clinician=here.doctor,
        location=here.location,
        room=here.rooms[0],
        type=here.consultation,
        starts_at=here.at("10:30"),
        ends_at=here.at("11:00"),
        occupied_until=here.at("11:15"),
        held_at=NOW,
        until=NOW + timedelta(minutes=10),
    )
    morning, _evening = drawn(here, columns(here))
    assert [(cell.row, cell.rows, cell.thing) for cell in morning.columns[0].off] == [(3, 3, "not_free")]
    assert mark(here) != before
    assert mark(here, now=NOW + timedelta(minutes=11)) == before


def test_today_is_drawn_anew_every_five_minutes(here: Clinic) -> None:
    today: dict[str, Any] = {"first": MONDAY, "last": MONDAY}
    first = mark(here, **today)
    assert mark(here, **today, now=NOW + timedelta(minutes=4)) == first
    assert mark(here, **today, now=NOW + timedelta(minutes=5)) != first


MARKED = 6
"""Visits, absences, extra clinics, hours, closures, times kept."""


@pytest.mark.parametrize("visits", [1, 3])
def test_a_day_and_its_mark_ask_the_same_whatever_is_booked(
    here: Clinic, django_assert_num_queries: Any, visits: int
) -> None:
    for number in range(visits):
        here.visit(("10:00", "11:00", "17:00")[number], clinician=another_doctor(here, f"Dr {number}"))
    with django_assert_num_queries(5):
        columns(here)
    with django_assert_num_queries(MARKED):
        mark(here)
