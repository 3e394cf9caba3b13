"""A visit made longer or shorter by hand, and a move or a stretch taken back."""

from datetime import timedelta
from typing import Any

import pytest

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from patients.links import make_link, open_link
from scheduling import booking, confirming
from scheduling.booking import Leave
from scheduling.errors import EditedMeanwhile, NoSuchLength, NotFromHere, OutsideHours, PatientBusy, SlotTaken
from scheduling.models import Appointment
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor
from tests.scheduling.test_owing import states, went

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + timedelta(days=1)


def stretched(here: Clinic, visit: Appointment, minutes: int, **how: Any) -> Appointment:
    facts: dict[str, Any] = {"seen_version": visit.version, "by": here.desk, "now": NOW}
    return booking.stretch(appointment=visit, minutes=minutes, **facts | how)


def moved(here: Clinic, visit: Appointment, clock: str, **slot: Any) -> Appointment:
    return booking.move(
        appointment=visit, slot=here.slot(clock, **slot), seen_version=visit.version, by=here.desk, now=NOW
    )


def put_back(here: Clinic, visit: Appointment) -> Appointment:
    return booking.put_back(appointment=visit, seen_version=visit.version, by=here.desk, now=NOW)


def place(visit: Appointment) -> tuple[Any, ...]:
    return visit.starts_at, visit.ends_at, visit.occupied_until, visit.clinician, visit.room, visit.state


def verbs(visit: Appointment) -> list[str]:
    return list(Entry.objects.filter(thing_public_id=visit.public_id).order_by("pk").values_list("verb", flat=True))


def test_a_longer_visit_ends_later_with_its_buffer_and_owes_no_letter(here: Clinic) -> None:
    visit = here.visit("10:30")
    before = states(visit)
    longer = stretched(here, visit, 60)
    assert (longer.starts_at, longer.ends_at, longer.occupied_until) == (
        here.at("10:30"),
        here.at("11:30"),
        here.at("11:45"),
    )
    assert (longer.sequence, longer.version, longer.minutes) == (0, 2, 60)
    assert states(visit) == before
    assert verbs(visit) == ["appointment.booked", "appointment.stretched"]


def test_a_longer_visit_is_refused_where_the_next_begins_and_a_shorter_one_never(here: Clinic) -> None:
    visit = here.visit("10:30")
    other = here.visit("11:30")
    with pytest.raises(SlotTaken) as taken:
        stretched(here, visit, 60)  # tidied up until 11:45
    assert taken.value.what == "clinician"
    assert stretched(here, visit, 45).ends_at == here.at("11:15")  # tidied up until half past
    assert stretched(here, other, 5).ends_at == here.at("11:35")


def test_a_longer_visit_keeps_to_hours_the_room_and_the_patient(here: Clinic) -> None:
    visit = here.visit("12:15")
    with pytest.raises(OutsideHours):
        stretched(here, visit, 60)
    late = stretched(here, visit, 60, leave=Leave(overbook_reason="Dr Solanki stays"))
    assert (late.ends_at, late.is_overbooked) == (here.at("13:15"), True)
    assert stretched(here, late, 75).ends_at == here.at("13:30")  # was allowed beyond hours already
    first = here.visit("10:00", day=WEDNESDAY)
    here.visit("11:00", day=WEDNESDAY, patient=first.patient, clinician=another_doctor(here), room=here.rooms[1])
    with pytest.raises(PatientBusy):
        stretched(here, first, 75)


@pytest.mark.parametrize("minutes", [-30, 0, 4, 481])
def test_no_visit_is_that_short_or_that_long(here: Clinic, minutes: int) -> None:
    with pytest.raises(NoSuchLength):
        stretched(here, here.visit("10:30"), minutes)


def test_a_visit_in_the_room_is_stretched_and_one_that_is_over_is_not(here: Clinic) -> None:
    visit = booking.check_in(appointment=here.visit("10:30"), by=here.desk, now=NOW)
    visit = booking.to_room(appointment=visit, by=here.desk, now=NOW)
    visit = stretched(here, visit, 40)
    assert (visit.state, visit.minutes) == ("in_room", 40)
    done = booking.complete(appointment=visit, by=here.desk, now=NOW)
    with pytest.raises(NotFromHere):
        stretched(here, done, 30)


def test_a_stretch_on_an_old_page_changes_nothing(here: Clinic) -> None:
    visit = here.visit("10:30")
    moved(here, visit, "11:30")
    with pytest.raises(EditedMeanwhile):
        stretched(here, visit, 60)
    visit.refresh_from_db()
    assert visit.minutes == 30


def test_a_stretched_visit_keeps_its_length_when_it_moves(here: Clinic) -> None:
    visit = moved(here, stretched(here, here.visit("10:30"), 60), "11:00")
    assert (visit.starts_at, visit.ends_at) == (here.at("11:00"), here.at("12:00"))


def test_a_move_put_back_is_where_it_was_and_tells_nobody(here: Clinic) -> None:
    visit = here.visit("10:30")
    went(visit)
    visit = booking.confirm(appointment=visit, by=here.desk, now=NOW)
    was = place(visit)
    visit = moved(here, visit, "17:00", day=WEDNESDAY, room=here.rooms[1])
    assert visit.state == "booked"
    visit = put_back(here, visit)
    assert place(visit) == was
    assert states(visit) == [
        ("appointment_confirmed", "0", "sent"),
        ("appointment_moved", "1", "withdrawn"),
        ("appointment_reminder", "1", "withdrawn"),  # of Wednesday: the visit is tomorrow again
    ]
    assert verbs(visit)[-2:] == ["appointment.moved", "appointment.put_back"]


def test_a_move_put_back_before_anything_went_confirms_the_time_that_stands(here: Clinic) -> None:
    visit = put_back(here, moved(here, here.visit("10:30"), "11:30"))
    assert states(visit) == [
        ("appointment_confirmed", "0", "withdrawn"),
        ("appointment_confirmed", "1", "withdrawn"),
        ("appointment_confirmed", "2", "queued"),
    ]


def test_a_move_the_patient_was_told_of_is_put_back_with_another_letter(here: Clinic) -> None:
    visit = here.visit("10:30")
    went(visit)
    visit = moved(here, visit, "11:30")
    went(visit)
    visit = put_back(here, visit)
    assert states(visit)[1:] == [("appointment_moved", "1", "sent"), ("appointment_moved", "2", "queued")]


def test_putting_back_twice_over_still_tells_nobody(here: Clinic) -> None:
    """Moved and put back, moved and put back: the patient knows the time that stands all along."""
    visit = here.visit("10:30")
    went(visit)
    for clock in ("11:30", "12:00"):
        visit = put_back(here, moved(here, visit, clock))
    assert visit.starts_at == here.at("10:30")
    assert {state for _letter, _edition, state in states(visit)} == {"sent", "withdrawn"}


def test_the_button_of_the_letter_works_again_and_one_of_a_time_that_moved_does_not(here: Clinic) -> None:
    visit = here.visit("10:30", day=WEDNESDAY)
    went(visit)
    _link, token = make_link(
        purpose=confirming.PURPOSE, patient=visit.patient, about=visit, now=NOW, expires_at=visit.ends_at
    )
    visit = moved(here, visit, "11:30", day=WEDNESDAY)
    with pytest.raises(Exception, match="moved"):
        open_link(token, confirming.PURPOSE, NOW)
    visit = put_back(here, visit)
    assert open_link(token, confirming.PURPOSE, NOW).about_public_id == visit.public_id


def test_a_stretch_put_back_has_its_old_end_and_its_letters(here: Clinic) -> None:
    visit = here.visit("10:30")
    before, letters = place(visit), states(visit)
    visit = put_back(here, stretched(here, visit, 60))
    assert (place(visit), states(visit), visit.sequence) == (before, letters, 0)


def test_only_the_last_change_is_put_back_and_only_a_move_or_a_stretch(here: Clinic) -> None:
    visit = moved(here, here.visit("10:30"), "11:30")
    old = visit
    visit = moved(here, visit, "12:00")
    with pytest.raises(EditedMeanwhile):
        put_back(here, old)
    visit = booking.confirm(appointment=visit, by=here.desk, now=NOW)
    with pytest.raises(EditedMeanwhile):
        put_back(here, visit)  # what made this version was the word of the patient
    cancelled = booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    with pytest.raises(NotFromHere):
        put_back(here, cancelled)


def test_a_time_somebody_has_by_now_is_refused_by_name(here: Clinic) -> None:
    visit = moved(here, here.visit("10:30"), "11:30")
    here.visit("10:30")
    with pytest.raises(SlotTaken) as taken:
        put_back(here, visit)
    assert taken.value.starts_at == here.at("10:30")
    visit.refresh_from_db()
    assert visit.starts_at == here.at("11:30")


def test_a_visit_put_back_is_reminded_of_the_time_that_stands(here: Clinic) -> None:
    later = TUESDAY + timedelta(days=14)
    visit = here.visit("10:30", day=later)
    due = Letter.objects.about(visit).of_kind("appointment_reminder").filter(state="queued").order_by("due_at")
    planned = list(due.values_list("due_at", flat=True))
    assert planned
    visit = put_back(here, moved(here, visit, "10:30", day=later + timedelta(days=3)))
    assert list(due.values_list("due_at", flat=True)) == planned
