"""A time kept for who is choosing it online: refused to others, free when over, and exact when many press at once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.lib.db import violated
from scheduling import availability, booking
from scheduling.booking import Leave
from scheduling.errors import NoticeTooShort, SlotTaken, TimeHeld
from scheduling.models import Appointment, HeldTime
from tests.outbox.owner import as_owner, execute
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor, someone
from tests.scheduling.test_races import at_once

OVER = NOW + booking.HELD_FOR
AT_ONCE = 8
A_MOMENT = 2.0
"""Seconds, at most: whoever waits in line for the other's commit lets him commit."""
HELD_AND_BOOKED = """
    SELECT count(*) FROM scheduling_heldtime h JOIN scheduling_appointment a ON a.clinician_id = h.clinician_id
    AND tstzrange(a.starts_at, a.occupied_until) && tstzrange(h.starts_at, h.occupied_until)
    WHERE h.ended_at IS NULL AND a.state <> 'cancelled'
"""


def free(here: Clinic, now: Any = NOW) -> list[str]:
    """The times of Tuesday's morning that the desk is offered."""
    found = availability.free_times(
        location=here.location, kind=here.consultation, clinicians=[here.doctor], first=TUESDAY, last=TUESDAY, now=now
    )
    local = (one.starts_at.astimezone(here.location.zone) for one in found)
    return [f"{at:%H:%M}" for at in local if at.hour < 13]


@pytest.mark.django_db
def test_a_held_time_is_offered_to_nobody_and_booked_by_nobody_until_it_is_over(here: Clinic) -> None:
    booking.hold(slot=here.slot("10:30"), now=NOW)
    assert "10:30" not in free(here)
    with pytest.raises(TimeHeld):
        here.visit("10:30")
    with pytest.raises(TimeHeld):
        here.visit("10:45", now=OVER - timedelta(microseconds=1))
    with pytest.raises(SlotTaken):
        booking.hold(slot=here.slot("11:00"), now=NOW)  # its tidying up is kept as well
    assert "10:30" in free(here, OVER)
    assert here.visit("10:30", now=OVER).starts_at == here.at("10:30")
    assert HeldTime.objects.get().ended_at == OVER


@pytest.mark.django_db
def test_a_hold_that_ran_out_keeps_nothing_from_the_next_hold(here: Clinic) -> None:
    first = booking.hold(slot=here.slot("10:30"), now=NOW)
    second = booking.hold(slot=here.slot("10:30"), now=OVER)
    assert list(HeldTime.objects.kept()) == [second]
    assert not booking.let_go(held=first, now=OVER)
    assert booking.let_go(held=second, now=OVER)
    assert "10:30" in free(here)


@pytest.mark.django_db
def test_nobody_holds_what_is_booked_but_the_visit_that_moves_there(here: Clinic) -> None:
    """BTX-004: a quarter of an hour later overlaps the visit itself."""
    visit = here.visit("10:30")
    with pytest.raises(SlotTaken):
        booking.hold(slot=here.slot("10:45"), now=NOW)
    other = another_doctor(here)
    with pytest.raises(SlotTaken) as refused:
        booking.hold(slot=here.slot("10:45", clinician=other), now=NOW)
    assert refused.value.what == "room"
    held = booking.hold(slot=here.slot("10:45"), now=NOW, moving=visit)
    moved = booking.move(appointment=visit, slot=here.slot("10:45"), seen_version=1, by=None, now=NOW, held=held)
    assert moved.starts_at == here.at("10:45")
    assert not HeldTime.objects.kept().exists()


@pytest.mark.django_db
def test_a_room_is_kept_too_and_an_overbooked_visit_needs_only_the_room(here: Clinic) -> None:
    booking.hold(slot=here.slot("10:30"), now=NOW)
    with pytest.raises(TimeHeld) as refused:
        here.visit("10:30", clinician=another_doctor(here))
    assert refused.value.what == "room"
    with pytest.raises(TimeHeld):
        here.visit("10:30", leave=Leave(overbook_reason="In pain"))
    squeezed = here.visit("10:30", room=here.rooms[1], leave=Leave(overbook_reason="Cannot come later"))
    assert squeezed.is_overbooked


@pytest.mark.django_db
def test_an_un_cancelled_visit_asks_for_its_time_and_is_refused_while_somebody_chooses_it(here: Clinic) -> None:
    visit = here.visit("10:30")
    cancelled = booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    booking.hold(slot=here.slot("10:30"), now=NOW)
    with pytest.raises(TimeHeld):
        booking.undo(appointment=cancelled, from_state="cancelled", by=here.desk, now=NOW)
    back = booking.undo(appointment=cancelled, from_state="cancelled", by=here.desk, now=OVER)
    assert back.state == "booked"


@pytest.mark.django_db
def test_what_is_held_is_booked_with_its_notice_counted_from_when_it_was_held(here: Clinic) -> None:
    """BTX-010: noon is held at ten, two hours before; five minutes later it is still theirs, and nobody else's."""
    here.consultation.notice_minutes = 120
    here.consultation.save()
    noon, late = here.slot("12:00", NOW.date()), NOW + timedelta(minutes=5)
    held = booking.hold(slot=noon, now=NOW)
    with pytest.raises(NoticeTooShort):
        booking.book(patient=someone(), slot=here.slot("12:00", NOW.date(), room=None), by=None, now=late)
    visit = booking.book(patient=someone(), slot=noon, by=None, now=late, held=held)
    assert (visit.starts_at, HeldTime.objects.kept().count()) == (here.at("12:00", NOW.date()), 0)


@pytest.mark.django_db
def test_a_step_of_a_visit_that_moves_nowhere_asks_no_hold(here: Clinic) -> None:
    visit = here.visit("10:30")
    booking.hold(slot=here.slot("11:15"), now=NOW)
    assert booking.confirm(appointment=visit, by=here.desk, now=NOW).state == "confirmed"


def outcome(deed: Callable[[], Any]) -> str:
    """What a press came to."""
    try:
        deed()
    except SlotTaken:
        return "taken"
    return "done"


def in_two_minds(here: Clinic) -> None:
    """Hold and book one time, each before the other is committed; the deeds' own waiting is left out."""
    is_held, is_booked = Event(), Event()

    def choose() -> None:
        with transaction.atomic():
            slot = here.slot("10:30")
            HeldTime.objects.create(
                clinician=slot.clinician, location=slot.location, type=slot.type, starts_at=slot.starts_at,
                ends_at=slot.ends_at, occupied_until=slot.occupied_until, held_at=NOW, until=OVER,
            )  # fmt: skip
            is_held.set()
            is_booked.wait(A_MOMENT)

    def book() -> None:
        is_held.wait(A_MOMENT)
        slot = here.slot("10:30", room=None)
        try:
            Appointment.objects.create(
                patient=patient, clinician=slot.clinician, location=slot.location, type=slot.type,
                starts_at=slot.starts_at, ends_at=slot.ends_at, occupied_until=slot.occupied_until, booked_at=NOW,
            )  # fmt: skip
        except IntegrityError as error:
            assert violated(error) == "appointment_clinician_is_not_held"  # noqa: PT017 - in a thread of its own
        is_booked.set()

    patient = someone()
    at_once([choose, book])


def held_and_booked() -> int:
    """How many holds lie on a visit."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_AND_BOOKED)
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_of_many_who_hold_and_book_one_time_at_once_one_has_it(here: Clinic) -> None:
    holds: list[Any] = [partial(booking.hold, slot=here.slot("10:30"), now=NOW) for _ in range(AT_ONCE)]
    books: list[Any] = [partial(here.visit, "10:45", patient=someone()) for _ in range(AT_ONCE)]
    assert Counter(at_once([partial(outcome, deed) for deed in (*holds, *books)])) == {
        "done": 1,
        "taken": 2 * AT_ONCE - 1,
    }
    assert HeldTime.objects.count() + Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_over_a_hold_that_ran_out_one_has_it(here: Clinic) -> None:
    booking.hold(slot=here.slot("10:30"), now=NOW)
    holds: list[Any] = [partial(booking.hold, slot=here.slot("10:30"), now=OVER) for _ in range(AT_ONCE)]
    books: list[Any] = [partial(here.visit, "10:30", patient=someone(), now=OVER) for _ in range(AT_ONCE)]
    assert Counter(at_once([partial(outcome, deed) for deed in (*holds, *books)]))["done"] == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_trigger_a_held_time_is_sold_to_somebody_else(here: Clinic) -> None:
    with as_owner():
        execute("DROP FUNCTION appointment_is_not_held() CASCADE")
    booking.hold(slot=here.slot("10:30"), now=NOW)
    here.visit("10:30")
    assert held_and_booked() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_a_booking_that_are_written_at_once_see_each_other(here: Clinic) -> None:
    in_two_minds(here)
    assert held_and_booked() == 0


@pytest.mark.django_db(transaction=True)
def test_without_standing_in_line_they_pass_each_other(here: Clinic) -> None:
    """The control: triggers that look and do not wait see nothing of what is not committed yet."""
    for name in ("appointment_is_not_held", "held_time_is_not_booked"):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
            body = cursor.fetchone()[0].replace("PERFORM pg_advisory_xact_lock", "PERFORM pg_try_advisory_xact_lock")
            cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $f${body}$f$")
    in_two_minds(here)
    assert held_and_booked() == 1
