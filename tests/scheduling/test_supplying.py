"""Deeds of supply: places and rooms, types, hours by period, what is given, leave."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from clinic.audit.models import Entry
from clinic.lib.marks import mark_of
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling import availability
from scheduling.errors import NameTaken, PolicyChangedMeanwhile, TakenBackAlready
from scheduling.models import AppointmentType, ProviderHours, ProviderType
from scheduling.supplying import away, giving, hours, places, types
from scheduling.supplying.away import LeaveFacts
from scheduling.supplying.places import RoomFacts
from scheduling.weekly import DayHours, Period
from tests.scheduling.made import NOW, TUESDAY, Clinic

pytestmark = pytest.mark.django_db
MARCH_8, MARCH_20 = date(2027, 3, 8), date(2027, 3, 20)


def set_week(here: Clinic, by: User, period: Period, *days: DayHours) -> None:
    hours.set_hours(
        clinician=here.doctor,
        location=here.location,
        period=period,
        days=days,
        seen=hours.seen_as(here.doctor, here.location),
        by=by,
        now=NOW,
    )


def worked(here: Clinic, day: date) -> list[str]:
    zone = here.location.zone
    spans = availability.working_spans([here.doctor], location=here.location, first=day, last=day)[here.doctor.pk]
    return [f"{span.start.astimezone(zone):%H:%M}-{span.end.astimezone(zone):%H:%M}" for span in spans]


def test_hours_of_a_period_hold_in_it_alone(here: Clinic, manager: User) -> None:
    mondays = DayHours(0, time(8), time(12), ((time(10), time(10, 30)),))
    set_week(here, manager, (MARCH_8, MARCH_20), mondays)
    usual = ["10:00-13:00", "17:00-20:00"]
    assert worked(here, date(2027, 3, 1)) == usual
    assert worked(here, MARCH_8) == ["08:00-10:00", "10:30-12:00"]
    assert worked(here, MARCH_8 + timedelta(days=1)) == []
    assert worked(here, MARCH_20 + timedelta(days=2)) == usual  # the Monday after
    assert [week.period for week in hours.weeks_of(here.doctor, here.location)] == [
        (None, MARCH_8 - timedelta(days=1)),
        (MARCH_8, MARCH_20),
        (MARCH_20 + timedelta(days=1), None),
    ]


def test_hours_set_again_for_a_period_replace_it(here: Clinic, manager: User) -> None:
    set_week(here, manager, (MARCH_8, None), DayHours(0, time(8), time(12)))
    set_week(here, manager, (MARCH_8, None), DayHours(0, time(9), time(11)))
    assert worked(here, MARCH_8) == ["09:00-11:00"]
    assert ProviderHours.objects.filter(valid_from=MARCH_8).count() == 1
    line = Entry.objects.filter(verb="hours.set").latest("pk")
    assert line.detail == {
        "location": str(here.location.public_id), "from": "2027-03-08", "until": "", "hours": ["0 09:00-11:00"],
    }  # fmt: skip


def test_hours_of_a_colleague_who_was_faster_are_not_overwritten(here: Clinic, manager: User) -> None:
    seen = hours.seen_as(here.doctor, here.location)
    set_week(here, manager, (MARCH_8, None), DayHours(0, time(8), time(12)))
    with pytest.raises(PolicyChangedMeanwhile):
        hours.set_hours(
            clinician=here.doctor, location=here.location, period=(TUESDAY, None), days=(), seen=seen, by=manager,
            now=NOW,
        )  # fmt: skip
    assert worked(here, MARCH_8) == ["08:00-12:00"]


def test_what_is_given_is_set_and_everything_again(here: Clinic, manager: User) -> None:
    room = here.rooms[0].pk
    for given in ({here.consultation.pk: frozenset([room]), here.injection.pk: frozenset[int]()}, {}):
        seen = giving.seen_as(giving.given_by(here.doctor))
        giving.set_given(clinician=here.doctor, given=given, seen=seen, by=manager, now=NOW)
        assert giving.given_by(here.doctor) == given
    with pytest.raises(PolicyChangedMeanwhile):
        giving.set_given(clinician=here.doctor, given={}, seen="another", by=manager, now=NOW)
    assert not ProviderType.objects.exists()


def test_a_location_opens_with_its_rooms_and_who_opened_it_works_there(here: Clinic, manager: User) -> None:
    facts = replace(places.facts_of(here.location), name="Rajkot", rooms=(RoomFacts(None, "Room 1"),))
    opened = places.open_location(facts=facts, by=manager, now=NOW)
    assert [room.name for room in opened.rooms.all()] == ["Room 1"]
    assert opened in manager.locations.all()
    with pytest.raises(NameTaken):
        places.open_location(facts=facts, by=manager, now=NOW)


def test_a_location_is_changed_by_who_saw_it_last(here: Clinic, manager: User) -> None:
    were = places.facts_of(here.location)
    wanted = replace(were, phone="+91 98765 00011", rooms=(replace(were.rooms[0], is_active=False), *were.rooms[1:]))
    places.change_location(location=here.location, facts=wanted, seen=mark_of(were), by=manager, now=NOW)
    assert places.facts_of(Location.objects.get(pk=here.location.pk)) == wanted
    with pytest.raises(PolicyChangedMeanwhile):
        places.change_location(location=here.location, facts=were, seen=mark_of(were), by=manager, now=NOW)
    twice = replace(wanted, rooms=(*wanted.rooms, RoomFacts(None, wanted.rooms[1].name)))
    with pytest.raises(NameTaken):
        places.change_location(location=here.location, facts=twice, seen=mark_of(wanted), by=manager, now=NOW)


def test_a_type_is_made_once_by_name_and_changed_by_who_saw_it_last(here: Clinic, manager: User) -> None:
    were = types.facts_of(here.consultation)
    with pytest.raises(NameTaken):
        types.make_type(facts=were, by=manager, now=NOW)
    made = types.make_type(facts=replace(were, name="Phone call", kind="phone", minutes=10), by=manager, now=NOW)
    assert AppointmentType.objects.get(name="Phone call") == made
    longer = replace(were, minutes=40, is_online=True)
    types.change_type(kind=here.consultation, facts=longer, seen=mark_of(were), by=manager, now=NOW)
    with pytest.raises(PolicyChangedMeanwhile):
        types.change_type(kind=here.consultation, facts=were, seen=mark_of(were), by=manager, now=NOW)
    assert types.facts_of(AppointmentType.objects.get(pk=here.consultation.pk)) == longer


def test_minutes_of_a_type_leave_booked_visits_as_they_are(here: Clinic, manager: User) -> None:
    visit = here.visit("10:30")
    were = types.facts_of(here.consultation)
    types.change_type(kind=here.consultation, facts=replace(were, minutes=60), seen=mark_of(were), by=manager, now=NOW)
    visit.refresh_from_db()
    assert visit.ends_at - visit.starts_at == timedelta(minutes=30)


def test_leave_is_taken_back_once(here: Clinic, manager: User) -> None:
    facts = LeaveFacts(
        clinician=here.doctor, location=None, first_on=TUESDAY, last_on=TUESDAY, starts=None, ends=None, reason="Ill"
    )
    absence = away.enter_leave(facts=facts, by=manager, now=NOW)
    away.take_back(row=absence, by=manager, now=NOW)
    with pytest.raises(TakenBackAlready):
        away.take_back(row=absence, by=manager, now=NOW)
    absence.refresh_from_db()
    assert absence.taken_back_at == NOW
    trail = Entry.objects.filter(thing_public_id=absence.public_id).order_by("pk")
    assert list(trail.values_list("verb", flat=True)) == [
        "leave.entered", "leave.taken_back",
    ]  # fmt: skip
