"""An undo pressed weeks later: a visit comes back to its time only where it might be booked there for its patient."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from clinic.staff.models import User
from patients.models import Patient
from scheduling import booking
from scheduling.booking import Leave
from scheduling.errors import NotYoursToOverbook, PatientHasDied, TooSoon
from scheduling.models import Appointment
from tests.scheduling.made import NOW, TUESDAY, Clinic
from tests.scheduling.owed import a_follow_up

pytestmark = pytest.mark.django_db
EARLY = Leave(early_reason="Pain crisis, agreed with the patient")
BackTo = Callable[[Clinic, Appointment], Appointment]


def uncancelled(here: Clinic, visit: Appointment) -> Appointment:
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    return booking.undo(appointment=visit, from_state="cancelled", by=here.desk, now=NOW)


def put_back(here: Clinic, visit: Appointment) -> Appointment:
    later = here.slot("11:30", TUESDAY + timedelta(weeks=20), type=here.injection)
    moved = booking.move(appointment=visit, slot=later, seen_version=visit.version, by=here.desk, now=NOW)
    return booking.put_back(appointment=moved, seen_version=moved.version, by=here.desk, now=NOW)


def stretched(visit: Appointment, minutes: int, by: User) -> Appointment:
    return booking.stretch(appointment=visit, minutes=minutes, seen_version=visit.version, by=by, now=NOW)


def injection(here: Clinic) -> Appointment:
    """The day after the last one: a clinician allowed it."""
    patient = a_follow_up(here.doctor, NOW).patient
    return here.visit(type=here.injection, patient=patient, by=here.doctor, leave=EARLY)


@pytest.mark.parametrize("back", [uncancelled, put_back])
def test_an_injection_that_came_to_be_too_early_is_not_brought_back(here: Clinic, back: BackTo) -> None:
    """As booked before the last session was signed: nobody allowed it."""
    visit = injection(here)
    Appointment.objects.filter(pk=visit.pk).update(early_reason="")
    visit.refresh_from_db()
    with pytest.raises(TooSoon):
        back(here, visit)


@pytest.mark.parametrize("back", [uncancelled, put_back])
def test_control_what_a_clinician_allowed_comes_back(here: Clinic, back: BackTo) -> None:
    visit = injection(here)
    assert back(here, visit).starts_at == here.at("10:30")


def test_nobody_un_cancels_a_visit_of_who_has_died(here: Clinic) -> None:
    visit = here.visit()
    Patient.objects.filter(pk=visit.patient_id).update(deceased_on=date(2027, 3, 1))
    visit = Appointment.objects.get(pk=visit.pk)
    with pytest.raises(PatientHasDied):
        uncancelled(here, visit)


def test_who_may_not_overbook_makes_no_overbooked_visit_longer(here: Clinic) -> None:
    """It lies over what nobody allowed it to lie over; shorter it always fits."""
    here.location.desk_overbooks = False
    here.location.save()
    visit = here.visit(by=here.doctor, leave=Leave(overbook_reason="Pain crisis"))
    with pytest.raises(NotYoursToOverbook):
        stretched(visit, 240, here.desk)
    shorter = stretched(visit, 15, here.desk)
    assert (shorter.minutes, stretched(shorter, 60, here.doctor).minutes) == (15, 60)
