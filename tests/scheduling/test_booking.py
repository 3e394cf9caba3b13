"""The constraints themselves, going round the forms, and the refusals in the clinic's words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.lib.db import violated
from scheduling import availability, booking
from scheduling.booking import Leave
from scheduling.errors import (
    InThePast,
    NotFromHere,
    OutsideHours,
    PatientBusy,
    PatientHasDied,
    PressedForSomethingElse,
    SlotTaken,
)
from scheduling.models import Appointment
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor, someone

pytestmark = pytest.mark.django_db


def raw(here: Clinic, clock: str = "10:30", **facts: Any) -> Appointment:
    """A row as raw as it gets."""
    slot = here.slot(clock)
    return Appointment.objects.create(
        **{
            "patient": someone(),
            "clinician": here.doctor,
            "location": here.location,
            "room": here.rooms[0],
            "type": here.consultation,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "occupied_until": slot.occupied_until,
            "booked_at": NOW,
        }
        | facts
    )


def refused(here: Clinic, **facts: Any) -> str | None:
    """The constraint that a row breaks, or None."""
    try:
        with transaction.atomic():
            raw(here, **facts)
    except IntegrityError as error:
        return violated(error)
    return None


def test_the_table_refuses_a_second_visit_of_clinician_room_and_patient(here: Clinic) -> None:
    other = another_doctor(here)
    first = raw(here)
    assert refused(here, room=None) == "appointment_clinician_free"
    assert refused(here, clinician=other) == "appointment_room_free"
    assert refused(here, clinician=other, room=None, patient=first.patient) == "appointment_patient_free"


def test_the_clinician_is_taken_for_the_buffer_too_and_the_patient_is_not(here: Clinic) -> None:
    other = another_doctor(here)
    first = raw(here, "10:30")  # until 11:00, tidied up until 11:15
    assert refused(here, clock="11:00") == "appointment_clinician_free"
    assert refused(here, clock="11:00", clinician=other, room=here.rooms[1], patient=first.patient) is None


def test_a_visit_that_ends_when_the_next_begins_is_no_clash(here: Clinic) -> None:
    raw(here, "10:30")
    assert refused(here, clock="11:15") is None


@pytest.mark.parametrize("state", ["cancelled", "no_show", "left"])
def test_a_visit_that_is_off_holds_no_time(here: Clinic, state: str) -> None:
    raw(here, state=state, ended_at=NOW, ended_reason="Travels")
    assert refused(here) is None


def test_an_overbooked_row_leaves_the_clinicians_constraint_only(here: Clinic) -> None:
    first = raw(here)
    overbooked = {"is_overbooked": True, "overbook_reason": "Pain crisis"}
    assert refused(here, **overbooked) == "appointment_room_free"
    assert refused(here, room=None, patient=first.patient, **overbooked) == "appointment_patient_free"
    assert refused(here, room=None, **overbooked) is None
    assert refused(here, room=None, is_overbooked=True) == "appointment_overbooked_has_a_reason"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"ends_at": NOW}, "appointment_starts_before_it_ends"),
        ({"occupied_until": NOW}, "appointment_is_occupied_at_least_for_the_visit"),
        ({"state": "cancelled", "ended_at": NOW}, "appointment_cancelled_has_a_reason"),
        ({"state": "no_show"}, "appointment_ended_has_its_time"),
        ({"state": "postponed"}, "appointment_state_is_known"),
    ],
)
def test_what_must_never_be_stored_is_refused_by_name(here: Clinic, facts: dict[str, Any], constraint: str) -> None:
    assert refused(here, **facts) == constraint


def test_a_refusal_says_what_is_taken(here: Clinic) -> None:
    first = here.visit("10:30")
    with pytest.raises(SlotTaken) as clinician:
        here.visit("10:30", room=here.rooms[1])
    assert clinician.value.what == "clinician"
    with pytest.raises(SlotTaken) as room:
        here.visit("10:30", clinician=another_doctor(here))
    assert room.value.what == "room"
    with pytest.raises(PatientBusy) as busy:
        here.visit("10:30", clinician=another_doctor(here, "Dr Iyer"), room=here.rooms[1], patient=first.patient)
    assert busy.value.other == first


def test_nothing_is_booked_in_the_past_or_outside_hours(here: Clinic) -> None:
    with pytest.raises(InThePast):
        here.visit("10:30", day=TUESDAY - timedelta(days=2))
    with pytest.raises(OutsideHours):
        here.visit("14:00")
    with pytest.raises(OutsideHours):
        here.visit("12:45")  # would end at a quarter past one
    assert here.visit("14:00", leave=Leave(overbook_reason="Comes from far")).is_overbooked


def test_nothing_is_booked_for_somebody_who_died(here: Clinic) -> None:
    with pytest.raises(PatientHasDied):
        here.visit("10:30", patient=someone(deceased_on=NOW.date()))


def test_one_press_is_one_booking_and_no_other(here: Clinic) -> None:
    patient = someone()
    first = here.visit("10:30", patient=patient, pressed="a-press")
    assert here.visit("10:30", patient=patient, pressed="a-press") == first
    with pytest.raises(PressedForSomethingElse):
        here.visit("11:30", patient=patient, pressed="a-press")


def test_a_second_press_of_a_step_finds_it_done(here: Clinic) -> None:
    visit = here.visit("10:30")
    booking.check_in(appointment=visit, by=here.desk, now=NOW)
    with pytest.raises(NotFromHere) as refusal:
        booking.check_in(appointment=visit, by=here.desk, now=NOW)
    assert refusal.value.state == "arrived"


def test_free_times_leave_out_what_is_taken_and_offer_a_free_room(here: Clinic) -> None:
    other = another_doctor(here)
    here.visit("10:30", clinician=other)  # in the first room
    here.visit("11:30")
    found = availability.free_times(
        location=here.location, kind=here.consultation, clinicians=[here.doctor], first=TUESDAY, last=TUESDAY, now=NOW
    )
    # 10:00 to 13:00 and 17:00 to 20:00, 45 minutes each with the buffer, 11:30 to 12:15 taken.
    morning = [free for free in found if free.starts_at < here.at("13:00")]
    assert [(free.starts_at, free.room) for free in morning] == [
        (here.at("10:00"), here.rooms[1]),
        (here.at("10:15"), here.rooms[1]),
        (here.at("10:30"), here.rooms[1]),
        (here.at("10:45"), here.rooms[1]),
        (here.at("12:15"), here.rooms[0]),
    ]
    assert found[-1].starts_at == here.at("19:15")
