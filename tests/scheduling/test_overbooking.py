"""Who may overbook: with a reason, on purpose, and never a patient."""

import pytest

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from scheduling import booking
from scheduling.booking import Leave
from scheduling.errors import NotYoursToOverbook
from scheduling.views import words
from tests.patients.making import member
from tests.scheduling.made import NOW, Clinic, another_doctor

pytestmark = pytest.mark.django_db
ON_PURPOSE = Leave(overbook_reason="Pain crisis")


def kept_from_the_desk(here: Clinic) -> None:
    here.location.desk_overbooks = False
    here.location.save()


def overbooked(here: Clinic, by: User | None) -> bool:
    """Whether this person books a second visit at a time that is taken."""
    try:
        visit = here.visit("10:30", room=None, by=by, leave=ON_PURPOSE)
    except NotYoursToOverbook:
        return False
    return bool(visit.is_overbooked)


@pytest.mark.parametrize(
    ("role", "always", "where_it_is_kept"),
    [(Role.FRONT_DESK, True, False), (Role.CLINICIAN, True, True), (Role.MANAGER, True, True)],
)
def test_the_location_says_whether_its_desk_overbooks(
    here: Clinic, role: Role, always: bool, where_it_is_kept: bool
) -> None:
    here.visit("10:30")
    who = member(role, at=here.location)
    assert overbooked(here, who) is always
    kept_from_the_desk(here)
    assert overbooked(here, who) is where_it_is_kept


def test_a_patient_never_overbooks(here: Clinic) -> None:
    assert not overbooked(here, None)


def test_moving_and_stretching_over_another_visit_ask_the_same(here: Clinic) -> None:
    kept_from_the_desk(here)
    visit = here.visit("10:30")
    here.visit("11:30")
    with pytest.raises(NotYoursToOverbook) as refusal:
        booking.stretch(appointment=visit, minutes=90, seen_version=1, by=here.desk, now=NOW, leave=ON_PURPOSE)
    assert "a clinician or a manager" in words.refusal(refusal.value, zone=here.location.zone)
    slot = here.slot("11:30", room=None)
    with pytest.raises(NotYoursToOverbook):
        booking.move(appointment=visit, slot=slot, seen_version=1, by=here.desk, now=NOW, leave=ON_PURPOSE)
    moved = booking.move(appointment=visit, slot=slot, seen_version=1, by=here.doctor, now=NOW, leave=ON_PURPOSE)
    assert (moved.is_overbooked, moved.overbook_reason) == (True, "Pain crisis")
    entry = Entry.objects.filter(verb="appointment.moved").get()
    assert (entry.by, entry.detail["overbooked"]) == (here.doctor, True)


def test_a_free_time_needs_no_leave(here: Clinic) -> None:
    kept_from_the_desk(here)
    assert here.visit("10:30", clinician=another_doctor(here)).is_overbooked is False
